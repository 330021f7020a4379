/**
 * What became of a batch of checks, in one item: its accounts as short fingerprints, and by name those that were not reached, with
 * the reason. So each account's last check is known without a write of its own.
 */
import { createHash } from 'node:crypto';

export type BatchAccount = { readonly tenant: string; readonly accountId: string };

/** Times in seconds since 1970. */
export type Unreached = BatchAccount & {
  readonly reason: string;
  /** Of the first check in a row that did not reach it. */
  readonly since: number;
  /** Absent where none ever did. */
  readonly lastCheckedAt?: number;
};

export type Heartbeat = {
  /** The tick that the batch was for. */
  readonly tickSeconds: number;
  readonly checkedAt: number;
  /** Fingerprints of all its accounts, one after the other. */
  readonly members: Uint8Array;
  readonly unreached: readonly Unreached[];
};

/** How an account stands by the newest heartbeat that it is in. */
export type Standing = {
  readonly lastCheckedAt?: number;
  /** `triedAt`: of the last check that came to nothing. */
  readonly unreached?: { readonly reason: string; readonly since: number; readonly triedAt: number };
};

// 48 bits: among a million accounts of one group two are alike with a chance of one in five hundred, and then one looks well.
const PRINT_BYTES = 6;

const printOf = ({ tenant, accountId }: BatchAccount): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([tenant, accountId]))
    .digest()
    .subarray(0, PRINT_BYTES);

/** `reasons`: why an account was not reached, for those that were not. `before`: how accounts stood until now. */
export const heartbeatOf = (
  { tickSeconds, checkedAt }: Pick<Heartbeat, 'tickSeconds' | 'checkedAt'>,
  accounts: readonly BatchAccount[],
  reasons: ReadonlyMap<BatchAccount, string>,
  before: (account: BatchAccount) => Standing | undefined,
): Heartbeat => ({
  tickSeconds,
  checkedAt,
  members: Buffer.concat(accounts.map(printOf)),
  unreached: accounts.flatMap((account) => {
    const reason = reasons.get(account);
    if (reason === undefined) return [];
    const { lastCheckedAt, unreached } = before(account) ?? {};
    const { tenant, accountId } = account;
    const since = unreached?.since ?? tickSeconds;
    return [{ tenant, accountId, reason, since, ...(lastCheckedAt === undefined ? {} : { lastCheckedAt }) }];
  }),
});

/** For many accounts at once; undefined for an account that is in none of the heartbeats. */
export const standingsIn = (heartbeats: readonly Heartbeat[]): ((account: BatchAccount) => Standing | undefined) => {
  const byPrint = new Map<string, Standing>();
  for (const { checkedAt, members, unreached } of heartbeats.toSorted((a, b) => a.tickSeconds - b.tickSeconds)) {
    const bytes = Buffer.from(members);
    for (let at = 0; at < bytes.length; at += PRINT_BYTES) {
      byPrint.set(bytes.toString('hex', at, at + PRINT_BYTES), { lastCheckedAt: checkedAt });
    }
    for (const { reason, since, lastCheckedAt, ...account } of unreached) {
      byPrint.set(printOf(account).toString('hex'), {
        ...(lastCheckedAt === undefined ? {} : { lastCheckedAt }),
        unreached: { reason, since, triedAt: checkedAt },
      });
    }
  }
  return (account) => byPrint.get(printOf(account).toString('hex'));
};

type Waiting = { readonly waitingSince: number; readonly pollSeconds: number; readonly nowSeconds: number };

/** How many whole intervals an account has gone without a check; `waitingSince`: where it was never checked. */
export const intervalsMissed = (standing: Standing | undefined, waiting: Waiting): number =>
  Math.floor(waitedSeconds(standing, waiting) / waiting.pollSeconds);

/** For how long an account has been due: what it went without a check beyond its interval. */
export const overdueSeconds = (standing: Standing | undefined, waiting: Waiting): number =>
  Math.max(0, waitedSeconds(standing, waiting) - waiting.pollSeconds);

const waitedSeconds = (standing: Standing | undefined, { waitingSince, nowSeconds }: Waiting): number =>
  Math.max(0, nowSeconds - (standing?.lastCheckedAt ?? standing?.unreached?.since ?? waitingSince));

/** The reason of an account that is left alone until the time that its mail server named. */
export const ASKED_TO_WAIT = 'its mail server asked to wait';

/**
 * Whether checks come to an account as they should, and it is its own mail server or provider that lets none through: an error
 * code of theirs, not long ago. That is its owner's to mend, and no fault of the service.
 */
export const isServersFault = (
  { unreached }: Standing,
  { nowSeconds, withinSeconds }: { readonly nowSeconds: number; readonly withinSeconds: number },
): boolean =>
  unreached !== undefined &&
  nowSeconds - unreached.triedAt < withinSeconds &&
  (unreached.reason === ASKED_TO_WAIT || /^(imap|oauth)\./.test(unreached.reason));

/** At the bound and at each doubling of it: a word that was lost is said again, and no server that is down is told of forever. */
export const isTimeToTell = (missed: number, bound: number): boolean =>
  missed >= bound && missed % bound === 0 && Number.isInteger(Math.log2(missed / bound));
