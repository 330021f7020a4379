/** What a mailbox holds, in words that are the same however often it was copied, and whatever UIDs were given. */
import type { Doveadm } from '../chaos/doveadm-service.ts';

export type Held = {
  readonly folder: string;
  readonly uid: number;
  /** Which message it is: a draft by what it answers. */
  readonly name: string;
  /** Sorted, without \Recent. */
  readonly flags: readonly string[];
};

const FIELDS = ['mailbox', 'uid', 'flags', 'size.physical', 'hdr.subject', 'hdr.in-reply-to', 'hdr.x-mailyard-effect'];

export const heldBy = async (doveadm: Doveadm, user: string): Promise<Held[]> =>
  (await doveadm.fetch(user, FIELDS)).map((row) => {
    const isDraft = (row['hdr.x-mailyard-effect'] ?? '') !== '';
    const { mailbox = '', flags = '' } = row;
    return {
      folder: mailbox,
      uid: Number(row['uid']),
      // Of a draft the date is in its size.
      name: isDraft ? `draft for ${row['hdr.in-reply-to']}` : `${row['hdr.subject']} of ${row['size.physical']} bytes`,
      flags: flags
        .split(' ')
        .filter((flag) => flag !== '' && flag !== '\\Recent')
        .sort(),
    };
  });

/**
 * Without those that were marked \Deleted since: where a server has no UIDPLUS, nothing else can be done with a message that
 * is to go, as a plain EXPUNGE would take other clients' along (RFC 4315 section 2.1).
 */
export const withoutDoomed = (held: readonly Held[], start: readonly Held[]): Held[] => {
  const before = new Set(start.filter(isDoomed).map(placeOf));
  return held.filter((one) => !isDoomed(one) || before.has(placeOf(one)));
};

const isDoomed = ({ flags }: Held): boolean => flags.includes('\\Deleted');
const placeOf = ({ folder, uid }: Held): string => `${folder} ${uid}`;

/**
 * A line a message. What was there from the start has its UID in it; so does nothing else, as two runs may give the same
 * message another one.
 */
export const linesOf = (held: readonly Held[], start: readonly Held[]): string[] => {
  const first = new Set(start.map(placeOf));
  return held
    .map((one) => {
      const number = first.has(placeOf(one)) ? `, UID ${one.uid}` : '';
      return `${one.folder}: ${one.name} (${one.flags.join(' ')})${number}`;
    })
    .sort();
};

/** Lines that only one side has, each as often as it is there too often. */
export const compareLines = (is: readonly string[], ought: readonly string[]): string[] => {
  const count = new Map<string, number>();
  for (const line of ought) count.set(line, (count.get(line) ?? 0) + 1);
  for (const line of is) count.set(line, (count.get(line) ?? 0) - 1);
  return [...count].flatMap(([line, n]) => {
    if (n === 0) return [];
    return [n > 0 ? `missing${times(n)}: ${line}` : `too much${times(-n)}: ${line}`];
  });
};

const times = (n: number): string => (n === 1 ? '' : ` ${n} times`);
