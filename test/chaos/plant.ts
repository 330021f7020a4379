/** Puts a bug into the product's text as it is loaded; nothing of the product knows of it. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlantedBug } from './planted.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** `check` throws unless the file was loaded, and with it the bug. Throws when the text to be replaced is not there once. */
export const plant = ({ name, file, find, replace }: PlantedBug): { readonly check: () => void } => {
  const url = pathToFileURL(path.join(ROOT, file)).href;
  const count = readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1;
  if (count !== 1) throw new Error(`planted bug ${name}: its text is in ${file} ${count} times, not once`);
  let loaded = false;
  registerHooks({
    load: (wanted, context, nextLoad) => {
      const result = nextLoad(wanted, context);
      if (wanted !== url) return result;
      loaded = true;
      return { ...result, source: String(result.source).replace(find, () => replace) };
    },
  });
  return {
    check: () => {
      if (!loaded) throw new Error(`planted bug ${name}: ${file} was never loaded`);
    },
  };
};
