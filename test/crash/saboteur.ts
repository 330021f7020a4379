/** The first worker of a run and the line it speaks over, made so that it comes to grief at one boundary. */
import type { LineCut, ProxyPlan, TlsProxy } from '../chaos/tls-proxy.ts';
import type { DatabaseWorker } from '../support/database-workers.ts';
import { type DatabaseCall, Killed } from '../support/faults.ts';
import { isChanging } from './audit.ts';
import type { Fault } from './boundaries.ts';

export type Saboteur = {
  readonly worker: DatabaseWorker;
  readonly plan: Pick<ProxyPlan, 'before' | 'cut' | 'counts' | 'onCut'>;
  /** Whether the boundary was met. */
  readonly reached: () => boolean;
  /** Database calls of this worker so far. */
  readonly calls: () => number;
};

export type SabotageOptions = {
  readonly proxy: TlsProxy;
  /** Sees each call that took effect. */
  readonly see: (call: DatabaseCall) => void;
  /** What others do while the worker is frozen. */
  readonly takeOver: () => Promise<void>;
};

export const saboteur = (fault: Fault | undefined, { proxy, see, takeOver }: SabotageOptions): Saboteur => {
  let calls = 0;
  let changing = 0;
  let dead = false;
  let reached = false;
  const numbers = new WeakMap<DatabaseCall, number>();
  const isAt = (boundary: Fault['boundary'], n: number): boolean => {
    if (reached || fault?.boundary !== boundary || fault.n !== n) return false;
    reached = true;
    return true;
  };
  const die = (): never => {
    dead = true;
    proxy.dropClients();
    throw new Killed();
  };
  const cut = lineCutOf(fault);
  return {
    reached: () => reached,
    calls: () => calls,
    worker: {
      before: (call) => {
        if (dead) throw new Killed();
        calls += 1;
        numbers.set(call, calls);
        if (isAt('call-before', calls)) die();
      },
      after: async (call) => {
        const n = numbers.get(call) ?? 0;
        see(call);
        if (dead) throw new Killed();
        if (isAt('call-after', n)) die();
        if (isAt('call-lost', n)) throw new Error('the answer of the database was lost');
        if (isAt('call-taken', n)) await takeOver();
      },
    },
    plan: {
      ...(cut === undefined ? {} : { cut }),
      ...(fault?.ofChanging === true ? { counts: isChanging } : {}),
      onCut: () => {
        reached = true;
        if (fault?.boundary !== 'command-lost') dead = true;
      },
      ...(fault?.boundary !== 'command-taken'
        ? {}
        : {
            before: async (n) => {
              if (fault.ofChanging === true) {
                if (!isChanging(proxy.seen().commands.at(-1) ?? '')) return;
                changing += 1;
              }
              if (isAt('command-taken', fault.ofChanging === true ? changing : n)) await takeOver();
            },
          }),
    },
  };
};

const lineCutOf = (fault: Fault | undefined): LineCut | undefined => {
  if (fault === undefined) return undefined;
  const { boundary, n } = fault;
  switch (boundary) {
    case 'command-before':
      return { by: 'reset', when: 'before', n, share: 0 };
    case 'command-after':
    case 'command-lost':
      return { by: 'reset', when: 'after', n, share: 0 };
    case 'literal':
      return { by: 'literal', n };
    case 'command-late':
      return { by: 'held', n };
    default:
      return undefined;
  }
};
