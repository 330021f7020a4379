import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, decide, statementsOf } from './evaluate.ts';
import { readCalls } from './read-call.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/T';
const allow = (more: object = {}) =>
  statementsOf({ Statement: [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: TABLE, ...more }] });
const call = (more: Partial<Call> = {}): Call => ({ action: 'dynamodb:Query', resource: TABLE, context: {}, ...more });
const may = (statements: ReturnType<typeof allow>, one: Call): boolean => decide(statements, one).allowed;

test('nothing is allowed that is not granted, by action and by resource', () => {
  assert.equal(may(allow(), call()), true);
  assert.equal(may([], call()), false);
  assert.equal(may(allow(), call({ action: 'dynamodb:GetItem' })), false);
  assert.equal(may(allow(), call({ resource: `${TABLE}/index/due` })), false);
  assert.equal(may(allow({ Action: 'DynamoDB:query' }), call()), true, 'actions know no case');
  assert.equal(may(allow({ Resource: TABLE.toLowerCase() }), call()), false, 'resources do');
});

test('wildcards stand for any text, everything else for itself', () => {
  assert.equal(may(allow({ Resource: `${TABLE}/index/*` }), call({ resource: `${TABLE}/index/due` })), true);
  assert.equal(may(allow({ Resource: 'arn.*' }), call()), false);
  assert.equal(may(allow({ Action: 'dynamodb:Quer?' }), call()), true);
});

test('a refusal wins over a grant', () => {
  const statements = [...allow(), ...allow({ Effect: 'Deny' })];
  assert.deepEqual(decide(statements, call()), { allowed: false, by: [0] });
});

test('a condition on every key is one on each of them; one that is not there satisfies it', () => {
  const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['B#*', 'D'] } };
  const led = (...keys: string[]) => may(allow({ Condition }), call({ context: { 'dynamodb:LeadingKeys': keys } }));
  assert.deepEqual([led('B#1'), led('B#1', 'D'), led('B#1', 'T#x'), led('DD')], [true, true, false, false]);
  assert.equal(may(allow({ Condition }), call()), true);
});

test('conditions of one statement hold together, and a missing key fails a plain one', () => {
  const Condition = { StringEquals: { a: 'x', b: ['y', 'z'] } };
  const under = (context: Call['context']) => may(allow({ Condition }), call({ context }));
  assert.deepEqual(
    [under({ a: ['x'], b: ['z'] }), under({ a: ['x'], b: ['q'] }), under({ a: ['x'] })],
    [true, false, false],
  );
  assert.throws(() => may(allow({ Condition: { DateLessThan: { a: 'x' } } }), call()), /does not know/);
});

const asked = (target: string, body: object, service = 'dynamodb') =>
  readCalls({ service, target: `X.${target}`, path: '/', body: JSON.stringify(body) });

test('requests are read as what IAM would be asked', () => {
  const key = { pk: { S: 'T#a' }, sk: { S: 'H' } };
  const led = (calls: Call[]) => calls.map(({ action, context }) => [action, context['dynamodb:LeadingKeys']]);
  assert.deepEqual(led(asked('GetItem', { TableName: 'T', Key: key })), [['dynamodb:GetItem', ['T#a']]]);
  assert.deepEqual(led(asked('PutItem', { TableName: 'T', Item: key })), [['dynamodb:PutItem', ['T#a']]]);
  assert.deepEqual(led(asked('BatchGetItem', { RequestItems: { T: { Keys: [key, key] } } })), [
    ['dynamodb:BatchGetItem', ['T#a']],
  ]);
  const deletes = { T: [{ DeleteRequest: { Key: key } }, { PutRequest: { Item: { pk: { S: 'D' } } } }] };
  assert.deepEqual(led(asked('BatchWriteItem', { RequestItems: deletes })), [
    ['dynamodb:BatchWriteItem', ['T#a', 'D']],
  ]);
  const query = {
    TableName: 'T',
    KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
    ExpressionAttributeNames: { '#p': 'pk' },
    ExpressionAttributeValues: { ':p': { S: 'E' }, ':s': { S: 'x' } },
  };
  assert.deepEqual(led(asked('Query', query)), [['dynamodb:Query', ['E']]]);
  const [index] = asked('Query', { ...query, IndexName: 'due', ExpressionAttributeNames: { '#p': 'pollGroup' } });
  assert.equal(index?.resource, `${TABLE}/index/due`);
});

test('batches are granted under the single name, and what is not known is not guessed', () => {
  const [send] = asked('SendMessageBatch', { QueueUrl: 'http://127.0.0.1:1/123456789012/Q' }, 'sqs');
  assert.deepEqual([send?.action, send?.resource], ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:123456789012:Q']);
  const [open] = asked('Decrypt', { KeyId: 'k', EncryptionContext: { purpose: 'p' } }, 'kms');
  assert.deepEqual(open?.context, { 'kms:EncryptionContext:purpose': ['p'] });
  assert.throws(() => asked('Decrypt', {}, 'kms'), /names no key/);
  assert.throws(() => asked('Scan', { TableName: 'T' }), /does not know/);
  assert.throws(() => asked('GetObject', {}, 's3'), /does not know the service/);
});
