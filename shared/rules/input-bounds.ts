/** The size of what an owner sent, measured without recursion: parsing and printing recurse, and must not meet a hostile depth. */
import type { FieldProblem } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Why a value is too deep, too large or not JSON at all; undefined when it may be read. */
export const boundsProblem = (input: unknown): FieldProblem | undefined => {
  const left: { value: unknown; depth: number; pointer: string }[] = [{ value: input, depth: 0, pointer: '' }];
  let values = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth, pointer } = next;
    values += 1;
    if (values > LIMITS.ruleBytesMax) return TOO_LARGE;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > JSON_DEPTH_MAX) {
      return { pointer, detail: `is nested too deep; conditions may be nested ${LIMITS.conditionDepthMax} deep` };
    }
    for (const [key, child] of Object.entries(value)) {
      // Below the first level the pointer of the whole branch says enough.
      left.push({ value: child, depth: depth + 1, pointer: depth === 0 ? pointerTo([key]) : pointer });
    }
  }
  try {
    return Buffer.byteLength(JSON.stringify(input) ?? '') > LIMITS.ruleBytesMax ? TOO_LARGE : undefined;
  } catch {
    return { pointer: '', detail: 'must be JSON' };
  }
};

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

// An operator is an object in a list; around the tree stands the rule, in it a header's list or a mailbox.
const JSON_DEPTH_MAX = 2 * (LIMITS.conditionDepthMax + 2) + 2;

const TOO_LARGE: FieldProblem = { pointer: '', detail: `must be at most ${LIMITS.ruleBytesMax} bytes as JSON` };
