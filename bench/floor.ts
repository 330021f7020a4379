/**
 * The floor: the fewest round trips that the protocol allows for the same work, over TLS, nothing kept and nothing written.
 * Commands that need no answer of another go out in one write (RFC 9051 section 5.5).
 */
import type { FixtureUser } from './fixture-mail.ts';
import { openRawImap, type RawImap, type RawTarget } from './raw-imap.ts';

const LIST_STATUS = 'LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ))';

/** What a folder was when it was last looked at. */
export type Since = { readonly folder: string; readonly uidValidity: string; readonly highestModseq: string };

export type FloorWork =
  | { readonly kind: 'idle' }
  /** One folder changed since. */
  | { readonly kind: 'delta'; readonly since: Since }
  /** The flags of every message there is. */
  | { readonly kind: 'first' };

export type FloorTarget = RawTarget & FixtureUser;

/** Gives what the server said last, to be counted when the time is no longer taken. */
export const runFloor = async (target: FloorTarget, work: FloorWork): Promise<() => string> => {
  const imap = await openRawImap(target);
  try {
    return await act(imap, `LOGIN ${target.user} ${target.password}`, work);
  } finally {
    imap.close();
  }
};

const act = async (imap: RawImap, login: string, work: FloorWork): Promise<() => string> => {
  if (work.kind === 'idle') return (await imap.send(login, LIST_STATUS)).text;
  if (work.kind === 'delta') {
    const { folder, uidValidity, highestModseq } = work.since;
    await imap.send(login, LIST_STATUS, 'ENABLE QRESYNC');
    return (await imap.send(`SELECT "${folder}" (QRESYNC (${uidValidity} ${highestModseq}))`)).text;
  }
  const list = await imap.ask(login, LIST_STATUS);
  const commands = foldersWithMail(list).flatMap((name) => [`EXAMINE ${name}`, 'UID FETCH 1:* (FLAGS)']);
  return (await imap.send(...commands)).text;
};

/** Names as the server writes them, quotes included. */
const foldersWithMail = (list: string): string[] =>
  [...list.matchAll(/^\* STATUS (.+) \(.*MESSAGES ([1-9]\d*)/gm)].map(([, name]) => name ?? '');
