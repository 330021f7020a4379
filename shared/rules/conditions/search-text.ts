/** The text a condition looks for. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import type { Verdict } from '../condition-kind.ts';
import { fold, quoted } from '../fold.ts';

export const searchTextSchema = z
  .string('must be a text to look for')
  .max(LIMITS.conditionTextCharsMax, `must be at most ${LIMITS.conditionTextCharsMax} characters`)
  .refine((text) => text.trim() !== '', 'must hold something to look for')
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

/** Whether any of the folded texts contains the text looked for. */
export const searchIn = (texts: readonly string[], wanted: string): Verdict => {
  const search = prepare(wanted);
  for (const text of texts) if (text.includes(search.needle)) return search.found;
  return search.missed;
};

type Search = { readonly needle: string; readonly found: Verdict; readonly missed: Verdict };

/** The same texts are looked for in every message, so what is made of them is kept; forgotten all at once when it is much. */
const prepared = new Map<string, Search>();
const PREPARED_MAX = 1_000;

const prepare = (wanted: string): Search => {
  const known = prepared.get(wanted);
  if (known !== undefined) return known;
  const search: Search = {
    needle: fold(wanted),
    found: { verdict: true, why: `contains ${quoted(wanted)}` },
    missed: { verdict: false, why: `does not contain ${quoted(wanted)}` },
  };
  if (prepared.size >= PREPARED_MAX) prepared.clear();
  prepared.set(wanted, search);
  return search;
};
