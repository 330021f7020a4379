/** The part of a run that knows the product: one yard, on which seeds are lived through one after the other. */
import { configCache } from '../../shared/service/account-config.ts';
import { createCertificate } from '../support/certificates.ts';
import { hookWorkers } from '../support/database-workers.ts';
import { faultsOn } from '../support/faults.ts';
import { startYard } from '../support/yard.ts';
import { type History, historyOf, oneMoreAct } from './history.ts';
import { type Lived, live } from './live.ts';
import { type ServerAddress, serverAt } from './servers.ts';
import { shrink } from './shrink.ts';

export const ACTS_MIN = 30;
export const CUTS_MIN = 3;

export type Stand = {
  readonly liveSeed: (seed: number, at: ServerAddress) => Promise<Lived>;
  /** A shorter history that fails alike, with what it came to. */
  readonly shrinkSeed: (
    seed: number,
    at: ServerAddress,
  ) => Promise<{ readonly history: History; readonly lived: Lived }>;
  readonly stop: () => Promise<void>;
};

export const startStage = async (): Promise<Stand> => {
  const yard = await startYard();
  hookWorkers(faultsOn(yard.deps.table));
  const stage = { yard, cache: configCache(yard.deps), certificate: await createCertificate() };
  let users = 0;
  const newUser = (): string => {
    users += 1;
    return `chaos-${process.pid}-${users}`;
  };
  const liveSeed = (seed: number, at: ServerAddress): Promise<Lived> =>
    live(stage, serverAt(at), historyOf(seed), {
      user: newUser(),
      atLeast: { acts: ACTS_MIN, cuts: CUTS_MIN, act: oneMoreAct(seed) },
    });
  return {
    liveSeed,
    shrinkSeed: (seed, at) =>
      shrink(historyOf(seed), (history) => live(stage, serverAt(at), history, { user: newUser() })),
    stop: () => yard.stop(),
  };
};
