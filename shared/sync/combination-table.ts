/** Numbers for sets of keywords: the same set, however ordered, always gets the same number. */
import type { Keyword } from '../mail/keyword.ts';

export type CombinationTable = {
  /** Distinct, each sorted and without repeats. */
  readonly combinations: readonly (readonly Keyword[])[];
  readonly indexOf: (keywords: readonly Keyword[]) => number;
  /** The number here of each combination of another list. */
  readonly indexesOf: (combinations: readonly (readonly Keyword[])[]) => Uint32Array;
};

export const combinationTable = (): CombinationTable => {
  const combinations: (readonly Keyword[])[] = [];
  const indexByKey = new Map<string, number>();

  const indexOf = (keywords: readonly Keyword[]): number => {
    // A keyword is an atom (RFC 9051 section 9) and holds no space.
    const key = keywords.join(' ');
    const known = indexByKey.get(key);
    if (known !== undefined) return known;
    const normal = [...new Set(keywords)].sort();
    const normalKey = normal.join(' ');
    const index = indexByKey.get(normalKey) ?? combinations.push(normal) - 1;
    indexByKey.set(normalKey, index);
    indexByKey.set(key, index);
    return index;
  };

  return { combinations, indexOf, indexesOf: (others) => Uint32Array.from(others, indexOf) };
};
