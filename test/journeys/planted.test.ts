import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_EFFECTS, requirePlaces } from './planted.ts';

test('every bug planted in the effects has a name of its own, and a place where it changes something', () => {
  requirePlaces();
  assert.equal(new Set(PLANTED_EFFECTS.map(({ name }) => name)).size, PLANTED_EFFECTS.length);
  for (const { find, replace } of PLANTED_EFFECTS) assert.notEqual(find, replace);
});
