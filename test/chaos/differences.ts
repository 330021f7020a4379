/** The mirror beside the server, message by message and flag by flag; everything that is not the same. */
import { readCursorPages } from '../../shared/store/cursors.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { accountPk, SEGMENT_PREFIX, segmentPrefix, segmentStartOf } from '../../shared/store/keys.ts';
import { queryAll } from '../../shared/store/query.ts';
import type { Table } from '../../shared/store/table.ts';
import { rowsOf } from '../../shared/sync/message-list.ts';
import { unpackSegments } from '../../shared/sync/pack.ts';
import type { HeldFolder } from './doveadm-service.ts';
import type { JournalTold } from './journal-told.ts';

const SYSTEM_FLAGS = new Set(['\\seen', '\\answered', '\\flagged', '\\draft', '\\deleted']);

/** JMAP's word for a flag (RFC 8621 section 4.1.1), written apart from the product's. */
const jmapKeyword = (flag: string): string => {
  const low = flag.toLowerCase();
  return SYSTEM_FLAGS.has(low) ? `$${low.slice(1)}` : low;
};

const textOf = (keywords: readonly string[]): string => [...new Set(keywords)].sort().join(' ');

/** Empty where the mirror equals the server, nothing of it is left over, and no run is open. */
export const differences = async (
  table: Table,
  ref: AccountRef,
  server: readonly HeldFolder[],
  journal: JournalTold,
): Promise<string[]> => {
  const found: string[] = [];
  const pk = accountPk(ref.tenant, ref.accountId);
  const cursors = (await readCursorPages(table, ref)).flatMap(({ folders }) => folders);
  let segments = await queryAll(table, pk, { prefix: SEGMENT_PREFIX, consistent: true });
  const cursorOf = new Map(cursors.map((cursor) => [cursor.path, cursor]));
  if (cursorOf.size !== cursors.length) found.push('a folder has two cursors');

  for (const { path, uidValidity, messages } of server) {
    const cursor = cursorOf.get(path);
    cursorOf.delete(path);
    if (cursor === undefined) {
      found.push(`${path}: is not mirrored`);
      continue;
    }
    if (cursor.uidValidity !== uidValidity) {
      found.push(`${path}: UIDVALIDITY is ${uidValidity}, mirrored as ${cursor.uidValidity}`);
    }
    const prefix = segmentPrefix(cursor.id, cursor.uidValidity);
    const isOurs = (item: Readonly<Record<string, unknown>>): boolean => String(item['sk']).startsWith(prefix);
    const own = segments.filter(isOurs);
    segments = segments.filter((item) => !isOurs(item));
    const mirrored = unpackSegments(
      own.map((item) => ({ start: segmentStartOf(item['sk'] as string), bytes: item['d'] as Uint8Array })),
    );
    const mirror = new Map([...rowsOf(mirrored)].map(({ uid, keywords }) => [uid, keywords]));
    for (const [uid, flags] of messages) {
      const keywords = mirror.get(uid);
      mirror.delete(uid);
      // UIDs never come back (RFC 9051 section 2.3.1.1): whoever heard of it was told a lie.
      if (journal.saidGone(cursor, uid)) found.push(`${path}: ${uid} was said to be gone and is there`);
      const wanted = textOf(flags.map(jmapKeyword));
      if (keywords === undefined) found.push(`${path}: ${uid} is not mirrored`);
      else if (textOf(keywords) !== wanted) {
        found.push(`${path}: ${uid} has (${wanted}), mirrored as (${textOf(keywords)})`);
      }
    }
    for (const uid of mirror.keys()) found.push(`${path}: ${uid} is mirrored and not there`);
  }
  for (const path of cursorOf.keys()) found.push(`${path}: is mirrored and not there`);
  for (const item of segments) found.push(`segment ${String(item['sk'])} is left over`);
  const head = await readHead(table, ref);
  if (head?.openJournal !== undefined) found.push(`journal ${head.openJournal} is open`);
  if (head?.leaseUntil !== 0) found.push('the lease is held');
  return found;
};
