import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from './fauxqs.ts';

test('a message that is received too often ends with the dead letters', async () => {
  const sqs = await startFauxqs({
    'checks-dead': {},
    checks: { attributes: { VisibilityTimeout: '0' }, deadLetters: 'checks-dead', attempts: 2 },
  });
  const client = new SQSClient(sqs.clientConfig);
  try {
    const QueueUrl = sqs.queues['checks']?.url;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    assert.equal(sqs.inspect('checks').ready, 1);
    const bodies: (string | undefined)[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
      bodies.push(Messages?.[0]?.Body);
    }
    assert.deepEqual(bodies, ['one', 'one', undefined]);
    assert.deepEqual(sqs.inspect('checks-dead'), { ready: 1, delayed: 0, inFlight: 0 });
  } finally {
    client.destroy();
    await sqs.stop();
  }
});

test('a queue whose dead letters stand nowhere is refused', async () => {
  await assert.rejects(startFauxqs({ checks: { deadLetters: 'nowhere' } }), /no queue nowhere before checks/);
});
