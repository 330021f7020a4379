/** How two revisions of a rule differ: each value that was added, taken away or changed, by its place (RFC 6901). */
import { isDeepStrictEqual } from 'node:util';
import { asWritten } from './as-written.ts';
import { pointerTo } from './input-bounds.ts';
import type { RuleInput } from './rule.ts';

/** `before` is absent where it was added, `after` where it was taken away. */
export type RuleChange = { readonly pointer: string; readonly before?: unknown; readonly after?: unknown };

/** In the order of the fields; what the service keeps beside a rule does not count. */
export const ruleChanges = (before: RuleInput, after: RuleInput): RuleChange[] =>
  changesIn(asWritten(before), asWritten(after), []);

const changesIn = (before: unknown, after: unknown, path: readonly PropertyKey[]): RuleChange[] => {
  if (isDeepStrictEqual(before, after)) return [];
  const pointer = pointerTo(path);
  if (before === undefined) return [{ pointer, after }];
  if (after === undefined) return [{ pointer, before }];
  if (!isObject(before) || !isObject(after)) return [{ pointer, before, after }];
  // Of lists that grew or shrank nobody can tell which entry became which.
  if (Array.isArray(before) !== Array.isArray(after)) return [{ pointer, before, after }];
  if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length) {
    return [{ pointer, before, after }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    changesIn(heldAt(before, name), heldAt(after, name), [...path, Array.isArray(before) ? Number(name) : name]),
  );
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const heldAt = (holder: object, name: string): unknown => (holder as Record<string, unknown>)[name];
