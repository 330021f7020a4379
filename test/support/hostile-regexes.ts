/** 200 regular expressions that make a backtracking engine, a careless compiler or a careless parser work for ever. */

const counts = [2, 10, 50, 100, 1_000];

/** Nested and adjacent repetition, overlapping alternatives, with an end that never comes. */
const AMBIGUOUS = [
  ...[
    '(a+)+$',
    '(a*)*$',
    '(a|a)*$',
    '(a|aa)+$',
    '(a?){10}a{10}$',
    '(.*)*x$',
    '(.*a){5}x',
    '([a-z]+)*[0-9]',
    '(x+x+)+y',
    '(a+){2,}b',
  ],
  ...[
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(\\w+\\s?)*$',
    '^(\\d+)*$',
    '(.|\\n)*x',
    '(a|b|ab)*c$',
    '\\s+$',
    '.*.*.*.*.*=',
    '(?:a{1,3}){1,3}$',
  ],
  ...['^.*\\..*\\..*\\..*$', '(\\pL+\\pN*)*!', '[\\s\\S]*[\\s\\S]*x', '(a*b*)*c', '(a*?)*?c', '(()*)*x'],
];
const lookarounds = [
  '(?=a)',
  '(?!a)',
  '(?<=a)',
  '(?<!a)',
  '(?>a+)',
  'a++',
  '(a)\\1',
  '(?P>x)',
  '(?(1)a|b)',
  '\\Ka',
  '(?R)',
  '\\g1',
];
const broken = [
  '(',
  ')',
  '[',
  '[z-a]',
  '*',
  '+a(',
  '?',
  'a**b(',
  '\\',
  'a{2,1}',
  '(?z)',
  '(?P<n',
  '[[:no:]]',
  '\\p{Nothing}',
  '(?',
  '(?i',
  'x{1001}',
  '[^',
  '\\x{110000}',
  'a|*',
];

export const hostileRegexes: readonly string[] = [
  ...new Set([
    ...AMBIGUOUS,
    ...lookarounds,
    ...broken,
    ...counts.flatMap((n) => [
      `a{${n}}`,
      `(a{${n}}){${n}}`,
      `((a{${n}}){${n}}){${n}}`,
      `(a|b){0,${n}}c`,
      `(?:a?){${n}}a{${n}}`,
      `[a-z]{1,${n}}@[a-z]{1,${n}}`,
      `(.{1,${n}}){1,${n}}`,
      `\\pL{${n}}`,
      `.{${n}}x`,
      `(\\w{1,${n}}\\s){${n}}$`,
      `(?:(?:x{0,${n}})*)*y`,
      `(^|\\s)a{${n}}($|\\s)`,
    ]),
    ...[5, 50, 100, 250].flatMap((n) => [
      `${'('.repeat(n)}a${')'.repeat(n)}`,
      `${'(?:'.repeat(n)}a${')*'.repeat(n)}`,
      Array.from({ length: n }, (_, i) => `a${i}`)
        .join('|')
        .slice(0, 990),
      `${'.*'.repeat(n)}x`,
      `${'(a|'.repeat(n)}b${')'.repeat(n)}`,
      'a?'.repeat(n) + 'a'.repeat(n),
      '[^a]*'.repeat(n),
      `${'\\b'.repeat(n)}x`,
      `(?i)(ſ|ß|K|İ){${n}}`,
      `(\\pL|\\pN|\\pP){${n}}`,
      `[\\pL\\pN]{0,${n}}[\\pP\\pS]{0,${n}}!`,
      `(?s).{0,${n}}.{0,${n}}z`,
    ]),
    ...Array.from(
      { length: 60 },
      (_, n) => `(${'ab'.repeat(n + 1)}|${'a'.repeat(n + 1)})*${'(c|d?)'.repeat(n + 1)}{${n}}$`,
    ),
  ]),
].slice(0, 200);
