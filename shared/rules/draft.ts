/** A reply draft as a message: text/plain, CRLF, ready for APPEND. A person sends it, so nothing marks it as automatic. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { LIMITS } from '../limits.ts';
import type { Address } from '../mail/addresses.ts';
import { cutBytes } from '../mail/cut-bytes.ts';
import { EFFECT_HEADER } from '../mail/effect-header.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { ComposedDraft, DraftSpec } from './effect.ts';
import { cleanLine, cleanLines } from './plain-text.ts';
import { replySubject, replyTo, threadHeaders } from './reply-headers.ts';
import { fillTemplate, type TemplateValues } from './template.ts';

export type DraftOptions = {
  /** The draft's own Message-ID, angle brackets included. */
  readonly messageId: string;
  readonly effectId: string;
  /** The account's person. */
  readonly from: Address;
  readonly date: Date;
};

export const buildDraft = async (
  spec: DraftSpec,
  original: Pick<MessageFacts, 'headers' | 'bodyText' | 'receivedAt'>,
  options: DraftOptions,
): Promise<Buffer> => {
  const to = replyTo(original);
  const values = templateValues(original, to[0], options.from);
  const message = new MailComposer({
    from: forHeader(options.from),
    to: to.map(forHeader),
    subject: spec.subject === undefined ? replySubject(values.subject) : headerLine(fillTemplate(spec.subject, values)),
    messageId: options.messageId,
    date: options.date,
    ...threadHeaders(original),
    headers: { [EFFECT_HEADER]: headerLine(options.effectId) },
    text: draftText(spec, original, values),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
};

/** A draft that answers no message, as its owner wrote it. */
export const composeDraft = async (draft: ComposedDraft, options: DraftOptions): Promise<Buffer> => {
  const message = new MailComposer({
    from: forHeader(options.from),
    to: draft.to.map(forHeader),
    cc: (draft.cc ?? []).map(forHeader),
    bcc: (draft.bcc ?? []).map(forHeader),
    subject: headerLine(draft.subject),
    messageId: options.messageId,
    date: options.date,
    headers: { [EFFECT_HEADER]: headerLine(options.effectId) },
    text: `${cleanLines(draft.text).trimEnd()}\n`,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const compiled = message.compile();
  // A draft is no message on its way: its blind copies are part of what the person wrote.
  compiled.keepBcc = true;
  return compiled.build();
};

const draftText = (
  spec: DraftSpec,
  original: Pick<MessageFacts, 'headers' | 'bodyText' | 'receivedAt'>,
  values: TemplateValues,
): string => {
  const text = cleanLines(fillTemplate(spec.text, values)).trimEnd();
  if (!spec.quote || original.bodyText === undefined) return `${text}\n`;
  const lines = cleanLines(cutBytes(original.bodyText, LIMITS.bodyTextBytesMax)).trimEnd().split('\n');
  const quote = lines.map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)).join('\n');
  return `${text}\n\n${attribution(original)}\n${quote}\n`;
};

/** `On 2025-03-01 09:30 UTC, Ann <ann@example.com> wrote:` */
const attribution = (original: Pick<MessageFacts, 'headers' | 'receivedAt'>): string => {
  const [day, time] = utc(original.receivedAt);
  const who = headerLine(headerValues(original, 'from')[0] ?? '');
  return `On ${day} ${time} UTC, ${who === '' ? 'somebody' : who} wrote:`;
};

const templateValues = (
  original: Pick<MessageFacts, 'headers' | 'receivedAt'>,
  sender: Address | undefined,
  account: Address,
): TemplateValues => ({
  'sender.name': sender?.name ?? sender?.address ?? '',
  'sender.address': sender?.address ?? '',
  subject: headerLine(headerValues(original, 'subject')[0] ?? ''),
  date: utc(original.receivedAt)[0],
  'account.address': account.address,
});

const headerLine = (text: string): string => cleanLine(text, LIMITS.draftSubjectBytesMax);

const forHeader = ({ name, address }: Address): { name: string; address: string } => ({
  name: headerLine(name ?? ''),
  address,
});

/** [`2025-03-01`, `09:30`]; a date that is none becomes 1970. */
const utc = (at: number): readonly [day: string, time: string] => {
  const date = new Date(at);
  const text = (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
  const [day = '', time = ''] = text.split('T');
  return [day, time.slice(0, 5)];
};
