/** What a schema found wrong, one problem a field, each with a pointer into what was sent. */
import type * as z from 'zod';
import type { FieldProblem } from '../errors.ts';
import { pointerTo } from './input-bounds.ts';

/** More than anyone reads at once. */
export const PROBLEMS_MAX = 20;

/** `above` is where in the whole the checked value stands. */
export const fieldProblems = (error: z.ZodError, above: readonly PropertyKey[] = []): FieldProblem[] =>
  error.issues.flatMap((issue) => problemsOf(issue, above)).slice(0, PROBLEMS_MAX);

const problemsOf = (issue: z.core.$ZodIssue, above: readonly PropertyKey[]): FieldProblem[] => {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerTo([...path, key]), detail: issue.message }));
  }
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((one) => problemsOf(one, path));
  return [{ pointer: pointerTo(path), detail: issue.message }];
};

/** The alternative that the owner most likely meant; undefined when the value is not even of the kind of any. */
const meantBranch = (branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined => {
  const near = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return near.toSorted((a, b) => strangeness(a) - strangeness(b))[0];
};

/** Unknown fields tell alternatives apart better than missing ones. */
const strangeness = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + oddity(issue), 0);

/** A value of the right kind that is none of the words allowed was not meant for this alternative. */
const oddity = (issue: z.core.$ZodIssue): number => {
  if (issue.code === 'unrecognized_keys') return 1 + issue.keys.length * 100;
  return issue.code === 'invalid_value' && issue.path.length === 0 ? 10_000 : 1;
};
