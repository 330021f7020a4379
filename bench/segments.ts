/**
 * The packed mirror of one large folder, written through the store into the embedded database: how many write units its
 * first sync takes, and how many a day of changes all over it.
 */
import { LIMITS } from '../shared/limits.ts';
import { keywordOf, keywordsOf } from '../shared/mail/keyword.ts';
import { uidSet } from '../shared/mail/uid-set.ts';
import { accountPk, segmentPrefix } from '../shared/store/keys.ts';
import { queryAll } from '../shared/store/query.ts';
import { readSegments, segmentOverheadBytes, writeSegments } from '../shared/store/segments.ts';
import type { Table } from '../shared/store/table.ts';
import { applyDelta } from '../shared/sync/delta.ts';
import { type MessageList, messageListBuilder, messageListOf, rowsOf } from '../shared/sync/message-list.ts';
import { packSegments, unpackSegments, updateSegments } from '../shared/sync/pack.ts';
import { startTable } from '../test/support/dynalite.ts';
import type { Bench, BenchResult } from './bench.ts';
import { meterUnits } from './consumed-units.ts';
import { DRAWN_FLAGS, drawDistinct, flagHabits } from './flag-habits.ts';
import { itemBytes } from './item-bytes.ts';
import { seededRandom } from './random.ts';
import { formatNumber } from './table.ts';

const APPENDED = 110_000;
const EXPUNGED = 10_000;
const FLAG_CHANGES = 1_000;
const LATER_EXPUNGED = 200;
const WRU_MAX = 110;
const WRU_AFTER_CHANGES_MAX = 120;
const CODEC_SECONDS = 1;

// Ids as long as the real ones: a Cognito user's sub, and 16 characters.
const REF = { tenant: '4b3d1c52-8a1e-4f6b-9a51-0c2f7e6d9a10', accountId: 'k3v9x0q2m7p1z8ad' };
const FOLDER = { folderId: '1', uidValidity: 1_700_000_000 };

export const segments: Bench = {
  summary: 'write units for the packed mirror of 100,000 messages, and after 1,200 changes',
  run: async ({ seed = 20_260_101 }) => {
    const database = await startTable();
    try {
      return await measure(database.table, seed);
    } finally {
      await database.stop();
    }
  },
};

const measure = async (table: Table, seed: number): Promise<BenchResult> => {
  const random = seededRandom(seed);
  const units = meterUnits(table);
  const packing = {
    segmentBytesMax: LIMITS.segmentItemBytesMax,
    fillShare: LIMITS.segmentFillShare,
    overheadBytes: segmentOverheadBytes(REF, FOLDER),
  };
  const folder = drawFolder(random);

  const packed = packSegments(folder, packing);
  await writeSegments(table, REF, FOLDER, [], { write: packed, remove: [] });
  const wru = units().write;
  const first = await itemSizes(table);

  const stored = await readSegments(table, REF, FOLDER);
  const changed = drawChanges(unpackSegments(stored), random);
  units();
  await writeSegments(table, REF, FOLDER, stored, updateSegments(stored, changed, packing));
  const wruAfterChanges = units().write;
  const second = await itemSizes(table);

  const isSame = sameMessages(unpackSegments(await readSegments(table, REF, FOLDER)), changed);
  const count = folder.uids.length;
  const encodePerSecond = perSecond(count, () => packSegments(folder, packing));
  const decodePerSecond = perSecond(count, () => unpackSegments(packed));
  const largest = Math.max(...first, ...second);
  const bytesPerMessage = first.reduce((sum, bytes) => sum + bytes, 0) / count;
  return {
    title: `segments: ${formatNumber(count)} messages of ${formatNumber(APPENDED)} appended, seed ${seed}`,
    rows: [
      ['write units, first sync', formatNumber(wru), `<= ${WRU_MAX}`],
      [
        'write units, 1,000 flag changes and 200 expunges',
        formatNumber(wruAfterChanges),
        `<= ${WRU_AFTER_CHANGES_MAX}`,
      ],
      ['segments, first and after the changes', `${first.length}, ${second.length}`, ''],
      ['largest item, bytes', formatNumber(largest), `<= ${formatNumber(LIMITS.segmentItemBytesMax)}`],
      ['bytes per message, keys included', formatNumber(bytesPerMessage, 3), ''],
      ['messages encoded per second', formatNumber(encodePerSecond), ''],
      ['messages decoded per second', formatNumber(decodePerSecond), ''],
    ],
    json: {
      wru,
      wru_after_changes: wruAfterChanges,
      segments: first.length,
      segments_after_changes: second.length,
      segment_bytes_max: largest,
      bytes_per_message: Number(bytesPerMessage.toFixed(4)),
      encode_per_s: Math.round(encodePerSecond),
      decode_per_s: Math.round(decodePerSecond),
      seed,
    },
    failures: [
      ...(wru > WRU_MAX ? [`the first sync took ${wru} write units`] : []),
      ...(wruAfterChanges > WRU_AFTER_CHANGES_MAX ? [`the changes took ${wruAfterChanges} write units`] : []),
      ...(largest > LIMITS.segmentItemBytesMax ? [`an item has ${largest} bytes`] : []),
      ...(isSame ? [] : ['what was read back is not what was written']),
    ],
  };
};

/** A folder some years old: read in stretches, other keywords here and there, a tenth of it gone. */
const drawFolder = (random: () => number): MessageList => {
  const gone = drawDistinct(EXPUNGED, APPENDED, random);
  const builder = messageListBuilder();
  const nextFlags = flagHabits(random);
  for (let uid = 1; uid <= APPENDED; uid += 1) {
    const flags = nextFlags();
    if (!gone.has(uid)) builder.add(uid, keywordsOf(flags));
  }
  return builder.build();
};

/** Each flag change turns one keyword of one message; all are spread evenly, the worst case for the count of segments touched. */
const drawChanges = (list: MessageList, random: () => number): MessageList => {
  const changeable = DRAWN_FLAGS.flatMap((flag) => keywordOf(flag) ?? []);
  const drawn = [...drawDistinct(FLAG_CHANGES + LATER_EXPUNGED, list.uids.length, random)].map((nth) => nth - 1);
  const gone = uidSet(drawn.slice(FLAG_CHANGES).map((index) => list.uids[index] as number));
  const rows = drawn.slice(0, FLAG_CHANGES).map((index) => {
    const keyword = changeable[Math.floor(random() * changeable.length)] as string;
    const before = list.combinations[list.combinationOf[index] as number] ?? [];
    const keywords = before.includes(keyword) ? before.filter((each) => each !== keyword) : [...before, keyword];
    return { uid: list.uids[index] as number, keywords };
  });
  return applyDelta(list, { rows: messageListOf(rows), gone });
};

const itemSizes = async (table: Table): Promise<number[]> => {
  const prefix = segmentPrefix(FOLDER.folderId, FOLDER.uidValidity);
  return (await queryAll(table, accountPk(REF.tenant, REF.accountId), { prefix })).map(itemBytes);
};

const sameMessages = (a: MessageList, b: MessageList): boolean =>
  JSON.stringify([...rowsOf(a)]) === JSON.stringify([...rowsOf(b)]);

const perSecond = (messages: number, work: () => unknown): number => {
  work();
  const from = performance.now();
  let rounds = 0;
  let seconds = 0;
  while (seconds < CODEC_SECONDS) {
    work();
    rounds += 1;
    seconds = (performance.now() - from) / 1_000;
  }
  return (messages * rounds) / seconds;
};
