/** Journal parts as stored text: UID sets in IMAP's own notation, cursors as in their pages, marks one behind the other. */
import { MailyardError } from '../errors.ts';
import { EMAIL_MARK_CHARS } from '../mail/fingerprint.ts';
import { formatUidSet, parseUidSet, type UidSet } from '../mail/uid-set.ts';
import { decodePage, encodePage } from './cursor.ts';
import type {
  EffectCommand,
  FiredTimer,
  FolderChange,
  JournalPart,
  News,
  OutboxEvent,
  PartState,
  RuleNote,
  Seeding,
} from './journal.ts';

const SETS = new Set(['uids', 'arrived', 'changed', 'gone']);

const replace = (key: string, value: unknown): unknown => {
  if (SETS.has(key)) return formatUidSet(value as UidSet);
  if (key === 'cursor') return encodePage([value as Parameters<typeof encodePage>[0][number]]);
  if (key === 'emailMarks') return (value as readonly string[]).join('');
  return value;
};

const revive = (key: string, value: unknown): unknown => {
  if (SETS.has(key)) return parseUidSet(value as string);
  if (key === 'cursor') return decodePage(value as string)[0];
  if (key === 'emailMarks') return marksIn(value as string);
  return value;
};

const marksIn = (text: string): string[] =>
  Array.from({ length: text.length / EMAIL_MARK_CHARS }, (_, i) =>
    text.slice(i * EMAIL_MARK_CHARS, (i + 1) * EMAIL_MARK_CHARS),
  );

const encode = (value: unknown): string => JSON.stringify(value, (key, held) => replace(key, held));

const decode = (text: string): unknown => {
  try {
    return JSON.parse(text, revive);
  } catch (cause) {
    throw new MailyardError('segment.corrupt', 'a journal part cannot be read', { cause });
  }
};

/** The unchanging half of a part, and the state that moves. */
export type StoredPart = { readonly n: number; readonly body: string; readonly state?: string };

export const encodePart = (part: JournalPart): StoredPart => {
  if (part.kind === 'change') return { n: part.n, body: encode({ change: part.change }) };
  if (part.kind === 'seed') return { n: part.n, body: encode({ seeding: part.seeding }) };
  if (part.kind === 'timer') return { n: part.n, body: encode({ timer: part.timer }) };
  if (part.kind === 'trial') return { n: part.n, body: encode({ trial: part.trial }) };
  if (part.kind === 'event') return { n: part.n, body: encode({ outbox: part.event }) };
  if (part.kind === 'news') return { n: part.n, body: encode({ news: part.news }) };
  if (part.kind === 'note') return { n: part.n, body: encode({ note: part.note }) };
  return { n: part.n, body: encode({ command: part.command }), state: encodeState(part.state) };
};

export const encodeState = (state: PartState): string => encode(state);

type Held =
  | { readonly change: FolderChange }
  | { readonly seeding: Seeding }
  | { readonly note: RuleNote }
  | { readonly news: News }
  | { readonly timer: FiredTimer }
  | { readonly outbox: OutboxEvent }
  | { readonly trial: EffectCommand }
  | { readonly command: EffectCommand };

export const decodePart = ({ n, body, state }: StoredPart): JournalPart => {
  const held = decode(body) as Held;
  if ('change' in held) return { n, kind: 'change', change: held.change };
  if ('seeding' in held) return { n, kind: 'seed', seeding: held.seeding };
  if ('timer' in held) return { n, kind: 'timer', timer: held.timer };
  if ('news' in held) return { n, kind: 'news', news: held.news };
  if ('note' in held) return { n, kind: 'note', note: held.note };
  if ('outbox' in held) return { n, kind: 'event', event: held.outbox };
  if ('trial' in held) return { n, kind: 'trial', trial: held.trial };
  if (state === undefined) throw new MailyardError('segment.corrupt', 'a journal part has no state');
  return { n, kind: 'effect', command: held.command, state: decode(state) as PartState };
};
