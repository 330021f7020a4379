/** COPYUID (RFC 4315 section 3): where each copied or moved message lies by now. */
import { LIMITS } from '../../limits.ts';
import { hasUid, UID_MAX, type UidSet } from '../../mail/uid-set.ts';
import { mappingOf, type UidMapping } from '../../sync/journal.ts';

export type CopyUid = { readonly uidValidity: number; readonly mapping: UidMapping };

const COPYUID = /^\S+ OK \[COPYUID (\d{1,10}) ([\d:,]+) ([\d:,]+)\]/i;

/**
 * Of a status response, tagged or not; undefined when it holds none, or one that cannot be read, or of which the first message is
 * not among `asked`: of many moves under way each hears of all, and reads no more of the others' than that.
 */
export const readCopyUid = (bytes: Buffer, from: number, to: number, asked: UidSet): CopyUid | undefined => {
  const [, uidValidity, source, target] = COPYUID.exec(bytes.toString('latin1', from, to)) ?? [];
  if (uidValidity === undefined || source === undefined || target === undefined) return undefined;
  if (!hasUid(asked, Number.parseInt(source, 10))) return undefined;
  const [froms, tos] = [uidsInOrder(source), uidsInOrder(target)];
  if (froms === undefined || tos === undefined || froms.length !== tos.length) return undefined;
  const pairs = froms.map((uid, i) => [uid, tos[i] as number] as const);
  return new Set(froms).size === froms.length
    ? { uidValidity: Number(uidValidity), mapping: mappingOf(pairs) }
    : undefined;
};

/** As they stand there, for the n-th of one set became the n-th of the other. A range that runs backwards tells no order. */
const uidsInOrder = (set: string): number[] | undefined => {
  const uids: number[] = [];
  for (const range of set.split(',')) {
    const [, first, last = first] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(range) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= 1 && from <= to && to <= UID_MAX) || uids.length + to - from >= LIMITS.messagesPerRunMax * 8)
      return undefined;
    for (let uid = from; uid <= to; uid += 1) uids.push(uid);
  }
  return uids;
};
