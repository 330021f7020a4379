/** A draft as a message: text/plain, CRLF, ready for APPEND. A person sends it, so nothing marks it as automatic. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { LIMITS } from '../limits.ts';
import type { Address } from '../mail/addresses.ts';
import { cutBytes } from '../mail/cut-bytes.ts';
import { EFFECT_HEADER } from '../mail/effect-header.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { ComposedDraft, DraftSpec } from './effect.ts';
import { domainOf } from './people.ts';
import { cleanLine, cleanLines } from './plain-text.ts';
import { alsoReplyTo, forwardSubject, replySubject, replyTo, threadHeaders } from './reply-headers.ts';
import { fillTemplate, type TemplateValues } from './template.ts';
import { messageValues, utcDay, utcMinute } from './template-values.ts';

export type DraftOptions = {
  /** The draft's own Message-ID, angle brackets included. */
  readonly messageId: string;
  readonly effectId: string;
  /** The account's person. */
  readonly from: Address;
  readonly date: Date;
};

type Original = Pick<MessageFacts, 'headers' | 'bodyText' | 'receivedAt'>;

export const buildDraft = async (spec: DraftSpec, original: Original, options: DraftOptions): Promise<Buffer> => {
  const { to, cc } = recipients(spec, original, options.from);
  const values = templateValues(original, options.from);
  const message = new MailComposer({
    from: forHeader(options.from),
    to: to.map(forHeader),
    cc: cc.map(forHeader),
    subject: subjectOf(spec, values),
    messageId: options.messageId,
    date: options.date,
    ...(answers(spec) ? threadHeaders(original) : {}),
    headers: { [EFFECT_HEADER]: headerLine(options.effectId) },
    text: draftText(spec, original, values),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return message.compile().build();
};

const answers = ({ kind = 'reply' }: DraftSpec): boolean => kind === 'reply' || kind === 'replyAll';

/** A reply goes to whom it answers; to what the rule names goes every kind. */
const recipients = (spec: DraftSpec, original: Original, me: Address): { to: Address[]; cc: Address[] } => {
  const named = (addresses: readonly string[] | undefined) => (addresses ?? []).map((address) => ({ address }));
  const answered = answers(spec) ? replyTo(original) : [];
  const known = [me.address, ...answered.map(({ address }) => address), ...(spec.to ?? []), ...(spec.cc ?? [])];
  const others = spec.kind === 'replyAll' ? alsoReplyTo(original, known) : { to: [], cc: [] };
  return {
    to: [...answered, ...named(spec.to), ...others.to].slice(0, LIMITS.draftRecipientsMax),
    cc: [...named(spec.cc), ...others.cc].slice(0, LIMITS.draftRecipientsMax),
  };
};

const subjectOf = (spec: DraftSpec, values: TemplateValues): string => {
  if (spec.subject !== undefined) return headerLine(fillTemplate(spec.subject, values));
  if (spec.kind === 'new') return '';
  return spec.kind === 'forward' ? forwardSubject(values.subject) : replySubject(values.subject);
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

const draftText = (spec: DraftSpec, original: Original, values: TemplateValues): string => {
  const text = cleanLines(fillTemplate(spec.text, values)).trimEnd();
  if (!spec.quote || spec.kind === 'new' || original.bodyText === undefined) return `${text}\n`;
  const body = cleanLines(cutBytes(original.bodyText, LIMITS.bodyTextBytesMax)).trimEnd();
  if (spec.kind === 'forward') return `${text}\n\n${forwardedHead(original)}\n\n${body}\n`;
  const lines = body.split('\n');
  const quote = lines.map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)).join('\n');
  return `${text}\n\n${attribution(original)}\n${quote}\n`;
};

/** `On 2025-03-01 09:30 UTC, Ann <ann@example.com> wrote:` */
const attribution = (original: Original): string => {
  const [day, time] = utcMinute(original.receivedAt).split('T');
  const who = headerLine(headerValues(original, 'from')[0] ?? '');
  return `On ${day} ${time} UTC, ${who === '' ? 'somebody' : who} wrote:`;
};

const FORWARDED = ['From', 'Date', 'To', 'Cc', 'Subject'];

/** The lines that mail clients put above what they hand on. */
const forwardedHead = (original: Original): string => {
  const lines = FORWARDED.flatMap((name) => {
    const value = headerLine(headerValues(original, name)[0] ?? '');
    return value === '' ? [] : [`${name}: ${value}`];
  });
  return ['---------- Forwarded message ----------', ...lines].join('\n');
};

/** The sender is whoever a reply would go to, so that a greeting greets the right person. */
const templateValues = (original: Original, account: Address): TemplateValues => {
  const [answered] = replyTo(original);
  const values = messageValues(original, [account.address]);
  const lines = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, headerLine(value)]));
  return {
    ...values,
    ...lines,
    'sender.name': answered?.name ?? answered?.address ?? '',
    'sender.address': answered?.address ?? '',
    'sender.domain': answered === undefined ? '' : domainOf(answered.address),
    date: utcDay(original.receivedAt),
    'account.address': account.address,
  };
};

const headerLine = (text: string): string => cleanLine(text, LIMITS.draftSubjectBytesMax);

const forHeader = ({ name, address }: Address): { name: string; address: string } => ({
  name: headerLine(name ?? ''),
  address,
});
