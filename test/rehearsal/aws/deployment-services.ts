/** What `cdk deploy` talks to, on loopback: STS, SSM and CloudFormation are stand-ins, S3 is fauxqs. Counts what was asked. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFauxqs } from 'fauxqs';
import { type CloudFormation, cloudFormation } from './cloudformation.ts';
import { ACCOUNT, ASSETS_BUCKET, PARTITION, QUALIFIER } from './names.ts';
import { type Origins, REAL_ORIGINS } from './physical.ts';
import { answerXml, errorXml, QueryError, type Result } from './query-answer.ts';

export type DeploymentServices = {
  /** For the environment of whoever deploys. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests answered, by operation: `{ AssumeRole: 4 }`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly cloudFormation: CloudFormation;
  readonly uploaded: (bucket: string, key: string) => Promise<Buffer | undefined>;
  readonly stop: () => Promise<void>;
};

/** As `cdk bootstrap` leaves it: high enough for every CDK of today. */
const BOOTSTRAP_VERSION = '30';
const STS_VERSION = '2011-06-15';

export const startDeploymentServices = async (origins: Origins = REAL_ORIGINS): Promise<DeploymentServices> => {
  const s3 = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  s3.createBucket(ASSETS_BUCKET);
  const s3Url = `http://127.0.0.1:${s3.port}`;
  const uploaded = async (bucket: string, key: string): Promise<Buffer | undefined> => {
    const answer = await fetch(`${s3Url}/${bucket}/${key}`);
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  };
  const stacks = cloudFormation(uploaded, origins);
  const calls: Record<string, number> = {};
  const count = (operation: string): void => {
    calls[operation] = (calls[operation] ?? 0) + 1;
  };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const target = request.headers['x-amz-target'];
    const action =
      typeof target === 'string' ? target.split('.').at(-1) : (new URLSearchParams(body).get('Action') ?? '');
    count(action ?? '');
    try {
      if (typeof target === 'string') {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(getParameter(JSON.parse(body))));
        return;
      }
      const input = new URLSearchParams(body);
      const result =
        input.get('Version') === STS_VERSION ? sts(action ?? '', input) : await stacks.answer(action ?? '', input);
      response.writeHead(200, { 'content-type': 'text/xml' }).end(answerXml(action ?? '', result));
    } catch (error) {
      const told = error instanceof QueryError ? error : new QueryError('ValidationError', String(error));
      response.writeHead(400, { 'content-type': 'text/xml' }).end(errorXml(told));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ENDPOINT_URL_S3: s3Url,
    },
    calls,
    cloudFormation: stacks,
    uploaded,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3.stop();
    },
  };
};

const getParameter = ({ Name }: { Name?: string }): object => {
  if (Name !== `/cdk-bootstrap/${QUALIFIER}/version`) throw new QueryError('ParameterNotFound', `no parameter ${Name}`);
  return { Parameter: { Name, Type: 'String', Value: BOOTSTRAP_VERSION, Version: 1 } };
};

const sts = (action: string, input: URLSearchParams): Result => {
  if (action === 'GetCallerIdentity') {
    return { UserId: 'rehearsal', Account: ACCOUNT, Arn: `arn:${PARTITION}:iam::${ACCOUNT}:user/rehearsal` };
  }
  if (action !== 'AssumeRole') throw new QueryError('InvalidAction', `the stand-in for STS knows no ${action}`);
  const arn = input.get('RoleArn') ?? '';
  // The roles that `cdk bootstrap` makes, and no others.
  if (!new RegExp(`^arn:${PARTITION}:iam::${ACCOUNT}:role/cdk-${QUALIFIER}-[a-z-]+-role-`).test(arn))
    throw new QueryError('AccessDenied', `${arn} may not be assumed`);
  return {
    Credentials: {
      AccessKeyId: 'rehearsal',
      SecretAccessKey: 'rehearsal',
      SessionToken: 'rehearsal',
      Expiration: new Date(Date.now() + 3_600_000),
    },
    AssumedRoleUser: { AssumedRoleId: 'rehearsal:cdk', Arn: arn },
  };
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
