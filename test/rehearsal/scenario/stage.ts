/** What the acts of the rehearsal play on: a stack that runs, a mail server, a person. */
import assert from 'node:assert/strict';
import type { Dovecot } from '../../support/dovecot.ts';
import type { DovecotOracle } from '../../support/dovecot-oracle.ts';
import type { Cloud } from '../host/cloud.ts';
import type { Gateway } from '../host/gateway.ts';
import type { Client } from './client.ts';

export const USER = 'alice';
export const PASSWORD = 'canary-rehearsal-password';

export type Stage = {
  readonly cloud: Cloud;
  readonly gateway: Gateway;
  readonly server: Dovecot;
  readonly oracle: DovecotOracle;
  /** Signed in; `stranger` is not. */
  readonly person: Client;
  readonly stranger: Client;
  readonly counts: Record<string, number>;
};

export type Act = { readonly title: string; readonly play: (stage: Stage) => Promise<void> };

export const count = ({ counts }: Stage, what: string, by = 1): void => {
  counts[what] = (counts[what] ?? 0) + by;
};

/** A minute passes, and the queues are worked off; nothing may fail. */
export const minute = async (stage: Stage): Promise<void> => {
  await stage.cloud.minute();
  count(stage, 'ticks of the schedule');
  const { batches, failed } = await stage.cloud.drain();
  count(stage, 'batches handed over by the mapping', batches);
  assert.equal(failed, 0, 'a message failed');
};

export const subjectsIn = async ({ oracle }: Stage, mailbox: string): Promise<number> =>
  (await oracle.listMessages(USER, mailbox)).length;
