/** Reading TypeScript sources just far enough: what a file imports, and its text without comments and strings. */

/** Path in the repository, with / -> text. */
export type Sources = ReadonlyMap<string, string>;

export type Import = {
  /** A path in the repository for what is ours, else the package or `node:` name as written. */
  readonly target: string;
  /** Erased before it runs: `import type`, `export type`. */
  readonly typeOnly: boolean;
  /** Loaded when the code comes there: `await import('x')`. */
  readonly lazy: boolean;
};

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm;

export const importsOf = (file: string, text: string): Import[] =>
  [...withoutComments(text).matchAll(IMPORT)].map(([, typeOnly, from, bare, dynamic]) => ({
    target: resolve(file, from ?? bare ?? dynamic ?? ''),
    typeOnly: typeOnly !== undefined,
    lazy: dynamic !== undefined,
  }));

const resolve = (file: string, specifier: string): string => {
  if (!specifier.startsWith('.')) return specifier;
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

export const withoutComments = (text: string): string =>
  text.replace(TOKEN, (token) => (token.startsWith('/') ? ' ' : token));

/** Template literals stay: code stands in them. */
export const codeOnly = (text: string): string => text.replace(TOKEN, (token) => (token.startsWith('/') ? ' ' : "''"));

/** Each call of a method with one of these names: `client.fetch(a, { b })` gives `['a', '{ b }']`. */
export const callsOf = (code: string, methods: readonly string[]): { method: string; args: string[] }[] =>
  [...code.matchAll(new RegExp(`\\.(${methods.join('|')})\\(`, 'g'))].map((match) => ({
    method: match[1] ?? '',
    args: argumentsFrom(code, match.index + match[0].length),
  }));

const argumentsFrom = (code: string, start: number): string[] => {
  const found: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if ('([{'.includes(char)) depth += 1;
    else if (depth > 0 && ')]}'.includes(char)) depth -= 1;
    else if (depth === 0 && (char === ',' || char === ')')) {
      const argument = code.slice(from, at).trim();
      if (argument !== '') found.push(argument);
      from = at + 1;
      if (char === ')') break;
    }
  }
  return found;
};
