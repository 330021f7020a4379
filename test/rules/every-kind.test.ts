/** Nothing of the language is without its table of what holds and what does not, nor outside of what the property tests draw. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ACTION_KINDS } from '../../shared/rules/actions.ts';
import { CONDITION_KINDS } from '../../shared/rules/conditions.ts';
import { walkConditions } from '../../shared/rules/walk-conditions.ts';
import { everyRule } from '../support/every-condition.ts';

const fileOf = (folder: string, name: string): URL =>
  new URL(`${folder}/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.test.ts`, import.meta.url);

test('every condition has a table with rows that hold, that do not, and that are refused', () => {
  for (const name of CONDITION_KINDS.keys()) {
    const file = fileOf('conditions', name);
    assert.ok(existsSync(file), `${name} has no test`);
    const text = readFileSync(file, 'utf8');
    assert.match(text, new RegExp(`conditionTable\\(\\s*'?${name}'?|conditionTable\\(name`), name);
    for (const rows of ['holds', 'fails', 'refused']) {
      assert.match(text, new RegExp(`\\b${rows}\\b`), `${name} has no rows that ${rows}`);
      assert.doesNotMatch(text, new RegExp(`\\b${rows}: \\[\\]`), `${name} has no rows that ${rows}`);
    }
  }
});

test('every action has a test of its own', () => {
  for (const type of ACTION_KINDS.keys()) {
    const file = fileOf('actions', type);
    assert.ok(existsSync(file), `${type} has no test`);
    assert.ok(readFileSync(file, 'utf8').includes(`'${type}'`), `${type} is not in its test`);
  }
});

test('hostile messages are put to every condition and every action', () => {
  const conditions = new Set(everyRule.flatMap((rule) => [...walkConditions(rule)].map(({ name }) => name)));
  const actions = new Set(everyRule.flatMap((rule) => rule.actions.map(({ type }) => type as string)));
  const untried = (all: Iterable<string>, tried: ReadonlySet<string>) => [...all].filter((name) => !tried.has(name));
  assert.deepEqual(untried(CONDITION_KINDS.keys(), conditions), []);
  // What destroys needs an account that allows it, and ends the evaluation.
  assert.deepEqual(untried(ACTION_KINDS.keys(), actions).sort(), ['destroy', 'stop']);
});
