/** The service's own worker as a racer: a process of its own, which checks one account over the slow line. */

import { NODE_FLAGS } from '../infra/node-flags.ts';
import type { AccountRef } from '../shared/store/head.ts';
import { type Child, startChild } from './child.ts';
import type { BenchTable } from './database.ts';
import { FIXTURE_USER } from './fixture.ts';
import type { FixtureUser } from './fixture-mail.ts';
import type { Checked, OursCalls } from './ours-process.ts';
import type { Sample } from './race.ts';
import type { ServiceSettings } from './service.ts';
import type { Stage } from './stage.ts';

export type Ours = {
  /** Unmeasured: the quiet check that a warm worker did a minute ago. Throws when it was not quiet. */
  readonly warm: () => Promise<void>;
  /** Unmeasured: another account of the same table is brought to rest, and checked once more. */
  readonly warmElsewhere: (other: AccountRef) => Promise<void>;
  /** One check; throws when it came to something else. */
  readonly check: (wanted: 'quiet' | 'synced') => Promise<Sample & Pick<Checked, 'more' | 'endedAt'>>;
  /** Checks until nothing is left to the next. */
  readonly sync: () => Promise<Sample & { readonly checks: number }>;
  /** Unmeasured by the race: what the rules would do to mail that is there. */
  readonly tell: () => Promise<{ readonly token: string; readonly ms: number }>;
  readonly backfill: (token: string) => Promise<Sample>;
  readonly stop: () => Promise<void>;
};

export type OursState = { readonly table: BenchTable; readonly ref: AccountRef };

const PROCESS = new URL('./ours-process.ts', import.meta.url);

type NewAccount = {
  readonly user?: FixtureUser;
  /** A new one by default. */
  readonly table?: BenchTable;
  readonly rules?: readonly object[];
};

/** An account that was never checked. */
export const newAccount = async (
  stage: Stage,
  { user = FIXTURE_USER, table: given, rules = [] }: NewAccount = {},
): Promise<OursState> => {
  const child = await startChild<OursCalls>(PROCESS, NODE_FLAGS);
  try {
    const table = given ?? (await stage.database.newTable());
    await child.call('open', { table, keys: stage.keys });
    await child.call('addRules', rules);
    const account = { ...user, port: stage.proxy.port, ca: stage.certificate.caPem };
    return { table, ref: await child.call('addAccount', account) };
  } finally {
    await child.stop();
  }
};

/** An account whose mirror is level with the fixture. */
export const syncedAccount = async (stage: Stage, rules: readonly object[] = []): Promise<OursState> => {
  stage.say('first sync of ours, not measured ...');
  const state = await newAccount(stage, { rules });
  await stage.line(0);
  const ours = await openOurs(stage, state);
  try {
    await ours.sync();
    await ours.warm();
  } finally {
    await ours.stop();
  }
  return state;
};

export const openOurs = async (
  stage: Stage,
  { table, ref }: OursState,
  settings: Pick<ServiceSettings, 'secondsPerLook'> = {},
): Promise<Ours> => {
  const child: Child<OursCalls> = await startChild<OursCalls>(PROCESS, NODE_FLAGS);
  await child.call('open', { table, keys: stage.keys, ...settings });
  const sampled = (act: () => Promise<Checked>) => stage.proxy.during(act);
  return {
    warm: async () => {
      expect(await child.call('check', ref), 'quiet');
    },
    warmElsewhere: async (other) => {
      expect(await child.call('sync', other), 'synced');
      expect(await child.call('check', other), 'quiet');
    },
    check: async (wanted) => expect(await sampled(() => child.call('check', ref)), wanted),
    sync: async () => expect(await sampled(() => child.call('sync', ref)), 'synced'),
    tell: () => child.call('tell', ref),
    backfill: async (token) => expect(await sampled(() => child.call('backfill', ref, token)), 'synced'),
    stop: child.stop,
  };
};

const expect = <Result extends Checked>(checked: Result, wanted: string): Result => {
  if (checked.outcome !== wanted) throw new Error(`a check of ours came to ${checked.outcome}, not to ${wanted}`);
  return checked;
};
