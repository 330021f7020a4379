/** BODYSTRUCTURE and ENVELOPE (RFC 9051 section 7.5.2) of a parsed message. */
import type { Token } from 'hoodiecrow-imap';
import addressparser, { type AddressOrGroup } from 'nodemailer/lib/addressparser';
import { fieldValue, type MimePart, type Parameter, splitParameters } from './mime-tree.ts';

/** `extended` is BODYSTRUCTURE, else BODY. */
export const bodyStructure = (raw: string, part: MimePart, extended: boolean): Token => {
  const extension = extended
    ? [dispositionOf(part), languageOf(part), fieldValue(part, 'content-location') ?? null]
    : [];
  if (part.parts.length > 0) {
    const parameters = extended ? [parametersOf(part.parameters)] : [];
    return [
      ...part.parts.map((inner) => bodyStructure(raw, inner, extended)),
      part.subtype.toUpperCase(),
      ...parameters,
      ...extension,
    ];
  }
  const basic: Token[] = [
    part.type.toUpperCase(),
    part.subtype.toUpperCase(),
    parametersOf(part.parameters),
    fieldValue(part, 'content-id') ?? null,
    fieldValue(part, 'content-description') ?? null,
    (fieldValue(part, 'content-transfer-encoding') ?? '7bit').toUpperCase(),
    part.end - part.bodyStart,
  ];
  const lines = countLines(raw, part);
  const special: Token[] =
    part.message === undefined
      ? part.type === 'text'
        ? [lines]
        : []
      : [envelope(part.message), bodyStructure(raw, part.message, extended), lines];
  return [...basic, ...special, ...(extended ? [fieldValue(part, 'content-md5') ?? null] : []), ...extension];
};

export const envelope = (part: MimePart): Token => {
  const from = addressesOf(part, 'from');
  return [
    fieldValue(part, 'date') ?? null,
    fieldValue(part, 'subject') ?? null,
    from,
    // RFC 9051: where there is none, From stands in.
    addressesOf(part, 'sender') ?? from,
    addressesOf(part, 'reply-to') ?? from,
    addressesOf(part, 'to'),
    addressesOf(part, 'cc'),
    addressesOf(part, 'bcc'),
    fieldValue(part, 'in-reply-to') ?? null,
    fieldValue(part, 'message-id') ?? null,
  ];
};

const parametersOf = (parameters: readonly Parameter[]): Token =>
  parameters.length === 0 ? null : parameters.flatMap(([name, value]) => [name.toUpperCase(), value]);

const dispositionOf = (part: MimePart): Token => {
  const field = fieldValue(part, 'content-disposition');
  if (field === undefined) return null;
  const { value, parameters } = splitParameters(field);
  return [value.toUpperCase(), parametersOf(parameters)];
};

const languageOf = (part: MimePart): Token => {
  const tags = (fieldValue(part, 'content-language') ?? '').split(',').map((tag) => tag.trim());
  return tags[0] === '' ? null : tags;
};

const countLines = (raw: string, part: MimePart): number => {
  const body = raw.slice(part.bodyStart, part.end);
  return body === '' ? 0 : body.split('\n').length - (body.endsWith('\n') ? 1 : 0);
};

const addressesOf = (part: MimePart, name: string): Token => {
  const text = part.fields
    .filter((field) => field.name === name)
    .map(({ value }) => value)
    .join(', ');
  const rows = addressparser(text).flatMap(rowsOf);
  return rows.length === 0 ? null : rows;
};

const rowsOf = (entry: AddressOrGroup): Token[] => {
  // A group is opened by a row with a name and no host, and closed by an empty one.
  if (entry.group !== undefined)
    return [[null, null, entry.name, null], ...entry.group.flatMap(rowsOf), [null, null, null, null]];
  const at = entry.address.lastIndexOf('@');
  const [local, host] = at === -1 ? [entry.address, ''] : [entry.address.slice(0, at), entry.address.slice(at + 1)];
  return [[entry.name === '' ? null : entry.name, null, local, host]];
};
