/** docs/operations.md tells of every alarm and every setting that there is, and of no other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Node } from 'constructs';
import { readSettings } from '../../infra/settings.ts';
import { templateWith } from './synthesise.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const section = (title: string): string => text.split(`\n## ${title}`)[1]?.split('\n## ')[0] ?? '';

test('each alarm has a line that says what to do, and each line an alarm', () => {
  const alarms = templateWith({ backupDays: '35' }).findResources('AWS::CloudWatch::Alarm');
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
