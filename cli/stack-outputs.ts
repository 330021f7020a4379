/** What `cdk deploy` left for the command line: the outputs of a deployed stack. */
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

export type StackOutputs = {
  readonly url: string;
  readonly issuer: string;
  /** Absent where the issuer is one of the operator's own, who knows its clients. */
  readonly clientId?: string;
};

/** Asked with the credentials and the Region of the AWS command line. Throws Failure. */
export const readStackOutputs = async (stack: string): Promise<StackOutputs> => {
  // Loaded only here: no other command has to do with AWS.
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({});
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const [url, issuer, clientId] = ['ApiUrl', 'Issuer', 'PeopleClientId'].map((name) => outputs.get(name));
    if (url === undefined || issuer === undefined) {
      throw new Failure(EXIT.notFound, `the stack ${stack} is no Mailyard`, 'Deploy it anew: npx cdk deploy.');
    }
    return { url, issuer, ...(clientId === undefined ? {} : { clientId }) };
  } catch (error) {
    throw asFailure(error, stack);
  } finally {
    client.destroy();
  }
};

const asFailure = (error: unknown, stack: string): Failure => {
  if (error instanceof Failure) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (/does not exist/.test(message)) {
    return new Failure(EXIT.notFound, `there is no stack ${stack}`, 'Look at AWS_REGION, or name it: --stack NAME.');
  }
  if (/Credential|AccessDenied|ExpiredToken|InvalidClientTokenId|Region is missing/.test(`${name} ${message}`)) {
    return new Failure(
      EXIT.login,
      'AWS does not let us look at the stack',
      'Sign in to AWS and set AWS_REGION; then again.',
    );
  }
  return new Failure(EXIT.unavailable, `AWS cannot be asked for the stack: ${name}`, 'The same may work later.');
};
