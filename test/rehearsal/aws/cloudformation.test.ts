/** The stand-in refuses what the service would refuse: a stand-in that takes everything proves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudFormation } from './cloudformation.ts';
import { REAL_ORIGINS } from './physical.ts';

const TEMPLATE = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Run: {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { S3Bucket: 'b', S3Key: 'k' }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  },
  Outputs: { Name: { Value: { Ref: 'Run' } } },
};

const start = (objects: readonly string[] = ['b/k']) => {
  const stacks = cloudFormation(
    async (bucket, key) => (objects.includes(`${bucket}/${key}`) ? Buffer.from('zip') : undefined),
    REAL_ORIGINS,
  );
  const ask = (action: string, more: Readonly<Record<string, string>> = {}) =>
    stacks.answer(action, new URLSearchParams({ StackName: 'S', ChangeSetName: 'c', ...more }));
  const create = (template: object = TEMPLATE, capability = 'CAPABILITY_IAM') =>
    ask('CreateChangeSet', { TemplateBody: JSON.stringify(template), 'Capabilities.member.1': capability });
  return { stacks, ask, create };
};

test('a stack is made from a change set, and the same template again changes nothing', async () => {
  const { stacks, ask, create } = start();
  await assert.rejects(ask('DescribeStacks'), /does not exist/);
  await create();
  assert.equal((await ask('DescribeChangeSet'))['Status'], 'CREATE_COMPLETE');
  await ask('ExecuteChangeSet');
  assert.match(stacks.stack('S')?.deployed.outputs['Name'] ?? '', /^S-Run-[0-9A-F]{12}$/);
  await create();
  const again = await ask('DescribeChangeSet');
  assert.deepEqual(
    [again['Status'], again['StatusReason']],
    ['FAILED', "The submitted information didn't contain changes."],
  );
});

test('code that was not uploaded, a reference that leads nowhere and a missing capability are refused', async () => {
  await assert.rejects(start([]).create(), /was not uploaded/);
  await assert.rejects(start().create(TEMPLATE, 'CAPABILITY_AUTO_EXPAND'), /Requires capabilities/);
  const astray = { ...TEMPLATE, Outputs: { Name: { Value: { 'Fn::GetAtt': ['Run', 'Nothing'] } } } };
  await assert.rejects(start().create(astray), /has no Nothing/);
  await assert.rejects(start().ask('DeleteStack'), /knows no DeleteStack/);
});
