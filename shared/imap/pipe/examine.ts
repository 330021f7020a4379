/** EXAMINE over a pipe, with QRESYNC (RFC 7162 section 3.2.5) where it is to tell what changed since. */
import { keywordsOf } from '../../mail/keyword.ts';
import { UID_MAX, type UidSet, unionUids } from '../../mail/uid-set.ts';
import { type MessageList, type MessageListBuilder, messageListBuilder } from '../../sync/message-list.ts';
import type { BulkResponse } from '../bulk/response.ts';
import type { UidPairs } from '../bulk/uid-pairs.ts';
import type { Pipe } from './pipe.ts';

export type Since = { readonly uidValidity: number; readonly modseq: bigint };

export type Examined = {
  readonly uidValidity: number;
  readonly exists: number | undefined;
  /** undefined where the server keeps none for this folder. */
  readonly highestModseq: bigint | undefined;
  readonly rows: MessageList;
  readonly vanished: UidSet;
  /** Nothing came beside what was asked for, and all of it could be read. */
  readonly isClear: boolean;
};

/** undefined when the server refused. `name` as the command has it. */
export const examine = async (pipe: Pipe, name: string, since?: Since): Promise<Examined | undefined> => {
  let told = nothing();
  const parameters = since === undefined ? '' : ` (QRESYNC (${since.uidValidity} ${since.modseq}))`;
  const { status } = await pipe.ask(`EXAMINE ${name}${parameters}`, (response) => {
    // Until then it may have been said of the folder that was open before.
    if (response.kind === 'status' && response.code === 'CLOSED') told = nothing();
    else hear(told, response);
  });
  if (status !== 'OK') return undefined;
  const { rows, vanished, ...numbers } = told;
  return { ...numbers, rows: rows.build(), vanished: rangesOf(vanished) };
};

type Told = {
  uidValidity: number;
  exists: number | undefined;
  highestModseq: bigint | undefined;
  isClear: boolean;
  readonly rows: MessageListBuilder;
  readonly vanished: UidPairs[];
};

const nothing = (): Told => ({
  uidValidity: 0,
  exists: undefined,
  highestModseq: undefined,
  isClear: true,
  rows: messageListBuilder(),
  vanished: [],
});

const hear = (told: Told, response: BulkResponse): void => {
  if (response.kind === 'exists') told.exists = response.count;
  else if (response.kind === 'expunged') told.isClear = false;
  else if (response.kind === 'vanished') {
    if (response.uids === undefined) told.isClear = false;
    else told.vanished.push(response.uids);
  } else if (response.kind === 'row') {
    const { uid = 0, flags } = response;
    if (uid < 1 || uid > UID_MAX || flags === undefined) told.isClear = false;
    else told.rows.add(uid, keywordsOf(flags));
  } else if (response.kind === 'status' && response.number !== undefined) {
    if (response.code === 'UIDVALIDITY') told.uidValidity = Number(response.number);
    // Zero says that there are none (RFC 7162 section 3.1.2.2).
    else if (response.code === 'HIGHESTMODSEQ') told.highestModseq = BigInt(response.number) || undefined;
  }
};

const rangesOf = (vanished: readonly UidPairs[]): UidSet =>
  vanished.reduce<UidSet>((all, pairs) => {
    const ranges = Array.from({ length: pairs.length / 2 }, (_, i): UidSet[number] => [
      pairs[2 * i] as number,
      pairs[2 * i + 1] as number,
    ]);
    return unionUids(all, ranges);
  }, []);
