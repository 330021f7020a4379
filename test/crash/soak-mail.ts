/** The mail of a soak: which rules the owners have, and where each message has to be at the end. */
import type { Dice } from '../chaos/dice.ts';
import type { RawImap } from '../chaos/raw-imap.ts';
import { letter } from '../support/mail.ts';
import type { Held } from './mailbox.ts';

export const SOAK_RULES: readonly object[] = [
  {
    name: 'File',
    conditions: { subject: 'file' },
    actions: [{ type: 'move', mailbox: { path: 'Filed' }, create: true }],
  },
  { name: 'Copy', conditions: { subject: 'copy' }, actions: [{ type: 'copy', mailbox: { role: 'archive' } }] },
  { name: 'Flag', conditions: { subject: 'flag' }, actions: [{ type: 'flag' }] },
  { name: 'Answer', conditions: { subject: 'answer' }, actions: [{ type: 'createDraft', text: 'Thank you.' }] },
];

/** Where a message of each kind ends: folder, flags, and whether it is our draft that does. */
const ENDS = {
  file: ['Filed ()'],
  copy: ['INBOX ()', 'Archive ()'],
  flag: ['INBOX (\\Flagged)'],
  answer: ['INBOX ()', 'Drafts (\\Draft \\Seen)'],
  keep: ['INBOX ()'],
} as const;
type Kind = keyof typeof ENDS;
export const SOAK_KINDS = Object.keys(ENDS) as [Kind, ...Kind[]];

/** The letter that a subject names; undefined for other mail. */
export const nameOfLetter = (subject: string): string | undefined => {
  const [, kind = ''] = /^(\w+)-\d+$/.exec(subject) ?? [];
  return kind in ENDS ? subject : undefined;
};

/** Delivers one message; its name. */
export const deliverOne = async (client: RawImap, dice: Dice, n: number): Promise<string> => {
  const kind = dice.one(SOAK_KINDS);
  const name = `${kind}-${n}`;
  const source = letter({ subject: name, id: name, from: 'Carol <carol@example.net>' });
  const { ok, status } = await client.send(`APPEND INBOX () {${Buffer.byteLength(source)}+}\r\n${source}`);
  if (!ok) throw new Error(`Dovecot did not take ${name}: ${status}`);
  return name;
};

/** What is not where it ought to be, or is there twice. */
export const misplaced = (delivered: readonly string[], held: readonly Held[]): string[] => {
  const is = new Map<string, string[]>();
  for (const { name, folder, flags } of held) {
    const message = /^draft for <(.*)@/.exec(name)?.[1] ?? name.replace(/ of \d+ bytes$/, '');
    is.set(message, [...(is.get(message) ?? []), `${folder} (${flags.join(' ')})`]);
  }
  const wrong = delivered.flatMap((name) => {
    const ought = [...(ENDS[name.slice(0, name.indexOf('-')) as Kind] ?? [])].sort().join(', ');
    const at = (is.get(name) ?? []).sort().join(', ');
    is.delete(name);
    return at === ought ? [] : [`${name} is in ${at || 'no folder'} and not in ${ought}`];
  });
  return [...wrong, ...[...is.keys()].map((name) => `nobody sent ${name}`)];
};
