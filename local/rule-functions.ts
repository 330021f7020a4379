/** Functions that rules call, as modules on this machine: each exports a `handler` like a Lambda function's. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuleFunction, RuleFunctions } from '../shared/service/ask-functions.ts';

type Handler = (event: unknown, context: object) => unknown;

/** Throws where a module cannot be loaded or has no handler: nobody should find out by a rule that does nothing. */
export const loadFunctions = async (modules: Readonly<Record<string, string>>): Promise<RuleFunctions> => {
  const loaded = new Map<string, RuleFunction>();
  for (const [name, file] of Object.entries(modules)) {
    const { handler } = (await import(pathToFileURL(path.resolve(file)).href)) as { readonly handler?: Handler };
    if (typeof handler !== 'function') throw new Error(`the function ${name}: ${file} exports no handler`);
    // As it would be on AWS: what goes in and out is JSON.
    loaded.set(name, async (question) => JSON.parse(JSON.stringify(await handler(structuredClone(question), {}))));
  }
  return loaded;
};
