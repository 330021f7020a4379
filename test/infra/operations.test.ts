/** docs/operations.md tells of every alarm and every setting that there is, and of no other. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Node } from 'constructs';
import { readSettings } from '../../infra/settings.ts';
import { MailyardStack } from '../../infra/stack.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const section = (title: string): string => text.split(`\n## ${title}`)[1]?.split('\n## ')[0] ?? '';

test('each alarm has a line that says what to do, and each line an alarm', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'mailyard-synth-'));
  after(() => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  const alarms = Template.fromStack(new MailyardStack(app, 'Mailyard')).findResources('AWS::CloudWatch::Alarm');
  const named = Object.keys(alarms).map((id) => id.replace(/Alarm[0-9A-F]{8}$/, ''));
  const lines = section('Alarms')
    .split('\n')
    .filter((line) => line.startsWith('- **'));
  const told = lines.flatMap((line) =>
    [...(line.split(':')[0] ?? '').matchAll(/\*\*(\w+)\*\*/g)].map(([, name]) => name),
  );
  assert.deepEqual(told.toSorted(), named.toSorted());
  for (const [id, { Properties }] of Object.entries(alarms))
    assert.match(
      String(Properties['AlarmDescription']),
      new RegExp(`docs/operations.md, ${id.replace(/Alarm[0-9A-F]{8}$/, '')}\\.$`),
    );
});

test('each setting is told of, with what holds without it', () => {
  const asked = new Set<string>();
  const node = { tryGetContext: (name: string) => void asked.add(name) };
  readSettings(node as unknown as Node);
  const rows = section('Deploying')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(told.toSorted(), [...asked].toSorted());
});
