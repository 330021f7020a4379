/** `mailyard login --stack`: a deployed stack's outputs lead to its API, its issuer and its client. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { issuerTokens } from '../../local/issuer-tokens.ts';
import { type ApiUnderTest, startApi } from '../api/api-under-test.ts';
import { type DeploymentServices, startDeploymentServices } from '../rehearsal/aws/deployment-services.ts';
import { FAKE_CREDENTIALS, REGION } from '../rehearsal/aws/names.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { runCommand } from './mailyard-process.ts';

describe('a login at a stack', () => {
  let provider: OpenIdProvider;
  let api: ApiUnderTest;
  let http: HttpService;
  let aws: DeploymentServices;
  let folder = '';
  const usual = tls.getCACertificates('default');
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'mailyard-login-'));
    [provider, api, aws] = await Promise.all([startOpenIdProvider(), startApi(), startDeploymentServices()]);
    tls.setDefaultCACertificates([...usual, provider.caPem]);
    writeFileSync(path.join(folder, 'ca.pem'), provider.caPem);
    const authorize = issuerTokens({ issuer: provider.issuer, audience: [provider.commandLine.audience] });
    http = await serveHttp({ port: 0, handlers: api.handlers, authorize });
    await deploy('Mailyard-test', {
      ApiUrl: http.url,
      Issuer: provider.issuer,
      PeopleClientId: provider.commandLine.clientId,
    });
    await deploy('Other', { Bucket: 'b' });
  });
  after(async () => {
    await http?.close();
    await Promise.all([api?.stop(), provider?.stop(), aws?.stop()]);
    tls.setDefaultCACertificates(usual);
    rmSync(folder, { recursive: true, force: true });
  });

  const deploy = async (name: string, outputs: Readonly<Record<string, string>>): Promise<void> => {
    const Outputs = Object.fromEntries(Object.entries(outputs).map(([key, Value]) => [key, { Value }]));
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } }, Outputs });
    const input = new URLSearchParams({ StackName: name, ChangeSetName: 'c', TemplateBody });
    await aws.cloudFormation.answer('CreateChangeSet', input);
    await aws.cloudFormation.answer('ExecuteChangeSet', input);
  };
  const login = (...args: string[]) =>
    runCommand(['login', ...args], {
      cwd: folder,
      env: {
        XDG_CONFIG_HOME: folder,
        NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
        AWS_REGION: REGION,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...FAKE_CREDENTIALS,
        ...aws.environment,
      },
    });

  it('needs to be told nothing but its name', async () => {
    const run = login('--stack', 'Mailyard-test', '--device', '--resource', provider.commandLine.resource);
    const line = (await run.nextLine()) ?? '';
    const [, uri, code] = /Go to (\S+) on any device and type (\S+)/.exec(line) ?? [];
    assert.ok(uri !== undefined && code !== undefined, line);
    await provider.enterDeviceCode(uri, code, 'robin');
    const { code: exit, stdout, stderr } = await run.ended;
    assert.equal(exit, 0, stderr);
    assert.match(stdout, new RegExp(`Signed in to ${http.url}`));
  });

  it('says what is wrong where it is none of ours, or not there', async () => {
    for (const [args, said] of [
      [['--stack', 'Other'], /the stack Other is no Mailyard/],
      [['--stack'], /there is no stack Mailyard/],
    ] as const) {
      const { code, stderr } = await login(...args).ended;
      assert.equal(code, 4, stderr);
      assert.match(stderr, said);
    }
  });
});
