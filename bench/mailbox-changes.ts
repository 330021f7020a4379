/** What other clients did to a folder: flags of some messages turned, others expunged, drawn evenly over all. */
import { FIXTURE_USER } from './fixture.ts';
import { uidSets } from './fixture-mail.ts';
import { DRAWN_FLAGS, drawDistinct } from './flag-habits.ts';
import type { Since } from './floor.ts';
import { seededRandom } from './random.ts';
import { openRawImap } from './raw-imap.ts';

export type ChangeCounts = { readonly flags: number; readonly expunges: number };

/** Gives the folder as it was before. `port` speaks without TLS. */
export const changeFolder = async (
  port: number,
  folder: string,
  { flags, expunges }: ChangeCounts,
  seed: number,
): Promise<Since> => {
  const random = seededRandom(seed);
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${FIXTURE_USER.user} ${FIXTURE_USER.password}`);
  const status = await imap.ask(`STATUS "${folder}" (UIDVALIDITY HIGHESTMODSEQ)`);
  const rows = (await imap.ask(`SELECT "${folder}"`, 'UID FETCH 1:* (FLAGS)')).matchAll(FETCHED);
  const flagsOf = new Map([...rows].map(([, uid, held]) => [Number(uid), (held ?? '').split(' ')]));

  const uids = [...flagsOf.keys()];
  const drawn = [...drawDistinct(flags + expunges, uids.length, random)].map((nth) => uids[nth - 1] as number);
  const stores = new Map<string, number[]>();
  for (const uid of drawn.slice(0, flags)) {
    const flag = DRAWN_FLAGS[Math.floor(random() * DRAWN_FLAGS.length)] as string;
    const change = `${flagsOf.get(uid)?.includes(flag) ? '-' : '+'}FLAGS.SILENT (${flag})`;
    stores.set(change, [...(stores.get(change) ?? []), uid]);
  }
  for (const [change, changed] of stores)
    for (const set of uidSets(changed)) await imap.ask(`UID STORE ${set} ${change}`);
  for (const set of uidSets(drawn.slice(flags)))
    await imap.ask(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`, `UID EXPUNGE ${set}`);
  await imap.ask('LOGOUT');
  imap.close();
  return {
    folder,
    uidValidity: /UIDVALIDITY (\d+)/.exec(status)?.[1] ?? '',
    highestModseq: /HIGHESTMODSEQ (\d+)/.exec(status)?.[1] ?? '',
  };
};

/** One message gets a keyword, or loses it again. */
export const turnKeyword = async (port: number, folder: string, uid: number, sign: '+' | '-'): Promise<void> => {
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${FIXTURE_USER.user} ${FIXTURE_USER.password}`, `SELECT "${folder}"`);
  await imap.ask(`UID STORE ${uid} ${sign}FLAGS.SILENT (warm)`, 'LOGOUT');
  imap.close();
};

const FETCHED = /^\* \d+ FETCH \(UID (\d+) FLAGS \(([^)]*)\)\)/gm;
