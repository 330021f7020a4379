/** What kind of difference a line of `differences` tells of, without names and numbers, so that alike ones are counted as one. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/: \d+ has \(.*\), mirrored as \(/, 'other flags'],
  [/: \d+ is not mirrored$/, 'message not mirrored'],
  [/: \d+ is mirrored and not there$/, 'message mirrored and not there'],
  [/: is not mirrored$/, 'folder not mirrored'],
  [/: is mirrored and not there$/, 'folder mirrored and not there'],
  [/: UIDVALIDITY is /, 'other UIDVALIDITY'],
  [/ was said to be gone and is there$/, 'said to be gone'],
  [/ is left over$/, 'segment left over'],
  [/^the account does not come to rest/, 'no rest'],
];

export const differenceKind = (difference: string): string =>
  KINDS.find(([pattern]) => pattern.test(difference))?.[1] ?? difference;
