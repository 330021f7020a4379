/** What the use cases are given: a plain object made by functions/settings.ts or local/, never looked up. */
import type { AccountRef } from '../store/head.ts';
import type { Table } from '../store/table.ts';
import type { Schedule } from '../sync/schedule.ts';
import type { Sealer } from '../vault/credential.ts';

/** Ids, counts, durations and codes; never subjects, addresses, bodies or credentials. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = {
  readonly info: (event: string, fields?: LogFields) => void;
  readonly warn: (event: string, fields?: LogFields) => void;
  readonly error: (event: string, fields?: LogFields, cause?: unknown) => void;
};

/** A batch of accounts to be checked; dropped when older than its interval. */
export type CheckMessage = {
  readonly accounts: readonly AccountRef[];
  /** The dispatcher's tick, in seconds since 1970. */
  readonly tickSeconds: number;
  readonly pollSeconds: number;
  /** Asked for by the owner: also accounts that are no longer polled are tried. */
  readonly byHand?: boolean;
  /** Which batch of which poll group this is: what became of it is written down (heartbeat.ts). */
  readonly batch?: { readonly pollGroup: string; readonly n: number };
  /** Work that may take minutes, one account a message: it waits apart, so that it holds up no quick check. */
  readonly long?: boolean;
  /** To be taken up so much later. */
  readonly delaySeconds?: number;
  /** No check has reached them for a while: their owners are to hear of it. */
  readonly stale?: boolean;
  /** The owner's own services are to be told of what they hold for them (shared/service/webhooks). */
  readonly tell?: boolean;
  /** Webhooks to which something may be waiting to be delivered; `dueAt` where a time for that was set. */
  readonly deliver?: readonly { readonly tenant: string; readonly webhookId: string; readonly dueAt?: number }[];
  /** They were deleted a while ago: what a late worker wrote under them is to be taken away. */
  readonly deleted?: boolean;
};

/** For what needs the table alone. */
export type BaseDeps = {
  readonly table: Table;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Unguessable, URL-safe. */
  readonly newId: () => string;
  readonly log: Log;
  readonly sendChecks: (messages: readonly CheckMessage[]) => Promise<void>;
  readonly sealer: Sealer;
  readonly schedule: Schedule;
  /** Whether the deployment has an event bus that events may be sent to. */
  readonly hasEventBus?: boolean;
  /** What rules may call; undefined where it is not known, and then any name may be saved. */
  readonly functionNames?: readonly string[];
};
