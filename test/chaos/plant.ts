/** Changes the product's text as it is loaded; nothing of the product knows of it. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type Planting = {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** In the file exactly once. */
  readonly find: string;
  readonly replace: string;
};

/** Throws where the text to be replaced is not there once: it would be no change, or another one. */
export const requirePlace = ({ name, file, find }: Planting): void => {
  const count = readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: its text is in ${file} ${count} times, not once`);
};

/** `check` loads what the product would load only when it is first needed, and throws unless every file came through here. */
export const plant = (plantings: readonly Planting[]): { readonly check: () => Promise<void> } => {
  const byUrl = new Map<string, Planting[]>();
  for (const planting of plantings) {
    requirePlace(planting);
    const url = pathToFileURL(path.join(ROOT, planting.file)).href;
    byUrl.set(url, [...(byUrl.get(url) ?? []), planting]);
  }
  const waiting = new Set(byUrl.keys());
  registerHooks({
    load: (url, context, nextLoad) => {
      const result = nextLoad(url, context);
      const here = byUrl.get(url);
      if (here === undefined) return result;
      waiting.delete(url);
      const source = here.reduce((text, { find, replace }) => text.replace(find, () => replace), String(result.source));
      return { ...result, source };
    },
  });
  return {
    check: async () => {
      for (const url of [...waiting]) await import(url);
      if (waiting.size > 0) throw new Error(`never loaded: ${[...waiting].join(', ')}`);
    },
  };
};
