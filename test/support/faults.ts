/** Lets a test step in at the database: between two calls of a run, or by killing the worker there. */
import type { Table } from '../../shared/store/table.ts';

export type DatabaseCall = { readonly n: number; readonly command: string; readonly input: Record<string, unknown> };
export type Step = (call: DatabaseCall) => Promise<void> | void;

export class Killed extends Error {
  constructor() {
    super('the worker was killed');
    this.name = 'Killed';
  }
}

export type Faults = {
  /** Called around every database call until cleared; what it throws the caller sees. */
  readonly set: (steps: { readonly before?: Step; readonly after?: Step }) => void;
  readonly clear: () => void;
  /** Calls seen since `set`. */
  readonly calls: () => number;
};

export const faultsOn = (table: Table): Faults => {
  let steps: { readonly before?: Step; readonly after?: Step } = {};
  let n = 0;
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      n += 1;
      const call = { n, command: String(context['commandName']), input: args.input as Record<string, unknown> };
      await steps.before?.(call);
      const result = await next(args);
      await steps.after?.(call);
      return result;
    },
    { step: 'initialize', name: 'faults' },
  );
  return {
    set: (next) => {
      steps = next;
      n = 0;
    },
    clear: () => {
      steps = {};
    },
    calls: () => n,
  };
};

/** Kills at the given call: from then on nothing of that worker reaches the database. */
export const killAt = (at: number, when: 'before' | 'after'): { readonly before: Step; readonly after: Step } => ({
  before: ({ n }) => {
    if (n > at || (n === at && when === 'before')) throw new Killed();
  },
  after: ({ n }) => {
    if (n >= at) throw new Killed();
  },
});
