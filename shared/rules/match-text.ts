/** How a text is compared: `"invoice"`, `["invoice", "Rechnung"]`, or `{"startsWith": ..., "matches": ...}`. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import type { Verdict } from './condition-kind.ts';
import { verdicts } from './condition-kind.ts';
import { fold, quoted } from './fold.ts';
import { compileGlob } from './glob.ts';
import { compileRegex, regexProblem } from './regex.ts';
import { strictObject } from './strict-object.ts';
import type { Texts } from './texts.ts';

const KINDS = ['contains', 'is', 'startsWith', 'endsWith', 'matches', 'regex'] as const;
export type MatchKind = (typeof KINDS)[number];

/** Of several texts one is enough; of several kinds each must hold for some value. */
export type TextMatch =
  | string
  | readonly string[]
  | { readonly [Kind in MatchKind]?: string | readonly string[] | undefined };

const searchText = (charsMax: number) =>
  z
    .string('must be a text to look for')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .refine((text) => text.trim() !== '', 'must hold something to look for')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

const oneOrMore = <Item extends z.ZodType<string>>(item: Item) =>
  z.union(
    [
      item,
      z
        .array(item, 'must be a list of texts')
        .min(1, 'must hold something to look for')
        .max(LIMITS.textsPerConditionMax, `must be at most ${LIMITS.textsPerConditionMax} texts`),
    ],
    'must be a text to look for, or a list of them',
  );

const text = searchText(LIMITS.conditionTextCharsMax);
const glob = searchText(LIMITS.globCharsMax);
const regex = text.superRefine((pattern, context) => {
  const problem = regexProblem(pattern);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const kindsSchema = strictObject({
  contains: oneOrMore(text).optional(),
  is: oneOrMore(text).optional(),
  startsWith: oneOrMore(text).optional(),
  endsWith: oneOrMore(text).optional(),
  matches: oneOrMore(glob).optional(),
  regex: oneOrMore(regex).optional(),
}).refine((kinds) => Object.values(kinds).some((texts) => texts !== undefined), {
  error: `must name one of ${KINDS.join(', ')}`,
});

export const textMatchSchema: z.ZodType<TextMatch> = z.union(
  [...oneOrMore(text).options, kindsSchema],
  'must be a text to look for, a list of texts, or an object such as {"startsWith": "..."}',
);

/** The texts by kind, as lists. */
export const textsByKind = (match: TextMatch): ReadonlyMap<MatchKind, readonly string[]> => {
  const kinds = typeof match === 'string' || isList(match) ? { contains: match } : match;
  return new Map(
    KINDS.flatMap((kind) => {
      const texts = kinds[kind];
      return texts === undefined ? [] : [[kind, typeof texts === 'string' ? [texts] : texts] as const];
    }),
  );
};

const isList = (match: TextMatch): match is readonly string[] => Array.isArray(match);

export type TextTest = { readonly holds: (texts: Texts) => boolean; readonly says: (holds: boolean) => Verdict };

/** Made once for many messages. */
export const compileMatch = (match: TextMatch): TextTest => {
  const parts = [...textsByKind(match)];
  const tests = parts.map(([kind, texts]) => COMPILERS[kind](texts));
  const [only] = tests;
  const holds = only !== undefined && tests.length === 1 ? only : (texts: Texts) => tests.every((test) => test(texts));
  return {
    holds,
    says: verdicts(
      parts.map((part) => said(YES, part)).join(' and '),
      parts.map((part) => said(NO, part)).join(' or '),
    ),
  };
};

const COMPILERS: Readonly<Record<MatchKind, (texts: readonly string[]) => (texts: Texts) => boolean>> = {
  contains: (wanted) => {
    const needles = wanted.map(fold);
    return (texts) => {
      for (const value of texts.loose()) for (const needle of needles) if (value.includes(needle)) return true;
      return false;
    };
  },
  is: (wanted) => {
    const all = new Set(wanted.map((one) => fold(one).trim()));
    return (texts) => some(texts.whole(), (value) => all.has(value));
  },
  startsWith: (wanted) => {
    const starts = wanted.map((one) => fold(one).trimStart());
    return (texts) => some(texts.whole(), (value) => some(starts, (start) => value.startsWith(start)));
  },
  endsWith: (wanted) => {
    const ends = wanted.map((one) => fold(one).trimEnd());
    return (texts) => some(texts.whole(), (value) => some(ends, (end) => value.endsWith(end)));
  },
  matches: (wanted) => {
    const globs = wanted.map((one) => compileGlob(fold(one).trim()));
    return (texts) => some(texts.whole(), (value) => some(globs, (fits) => fits(value)));
  },
  regex: (wanted) => {
    const patterns = wanted.map(compileRegex);
    return (texts) => some(texts.plain(), (value) => some(patterns, (finds) => finds(value)));
  },
};

/** Array.prototype.some without its overhead: this is where evaluation spends its time. */
const some = <T>(all: readonly T[], test: (one: T) => boolean): boolean => {
  for (const one of all) if (test(one)) return true;
  return false;
};

const YES: Readonly<Record<MatchKind, string>> = {
  contains: 'contains',
  is: 'is',
  startsWith: 'starts with',
  endsWith: 'ends with',
  matches: 'matches',
  regex: 'matches the expression',
};
const NO: Readonly<Record<MatchKind, string>> = {
  contains: 'does not contain',
  is: 'is not',
  startsWith: 'does not start with',
  endsWith: 'does not end with',
  matches: 'does not match',
  regex: 'does not match the expression',
};

const said = (verbs: Readonly<Record<MatchKind, string>>, [kind, texts]: readonly [MatchKind, readonly string[]]) => {
  const shown = texts.slice(0, SHOWN_MAX).map(quoted).join(', ');
  const more = texts.length > SHOWN_MAX ? ` and ${texts.length - SHOWN_MAX} more` : '';
  return `${verbs[kind]} ${texts.length > 1 ? 'any of ' : ''}${shown}${more}`;
};

const SHOWN_MAX = 3;
