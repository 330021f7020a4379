/** A message as bytes: headers encoded by RFC 2047, text as quoted-printable or base64, an attachment where given. */
import { mailDate } from './mailbox.ts';

export type Letter = {
  /** Without angle brackets. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly date: Date;
  readonly text: string;
  /** More header fields, ASCII. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly attachment?: { readonly name: string; readonly type: string; readonly content: string };
};

export const composeLetter = (letter: Letter): Buffer => {
  const fields = [
    ['From', mailboxText(letter.from)],
    ['To', mailboxText(letter.to)],
    ['Subject', encodeWords(letter.subject)],
    ['Date', mailDate(letter.date)],
    ['Message-ID', `<${letter.id}>`],
    ...(letter.headers ?? []),
    ['MIME-Version', '1.0'],
  ];
  const text = `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64Lines(letter.text)}\n`;
  const head = fields.map(([name, value]) => `${name}: ${value}\n`).join('');
  const { attachment } = letter;
  if (attachment === undefined) return wire(head + text);
  const boundary = '=_mixed_demo';
  const file = [
    `Content-Type: ${attachment.type}; name="${attachment.name}"`,
    `Content-Disposition: attachment; filename="${attachment.name}"`,
    `Content-Transfer-Encoding: base64\n\n${base64Lines(attachment.content)}\n`,
  ].join('\n');
  const parts = [text, file].map((part) => `--${boundary}\n${part}`).join('');
  return wire(`${head}Content-Type: multipart/mixed; boundary="${boundary}"\n\n${parts}--${boundary}--\n`);
};

const wire = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'));

const mailboxText = ({ name, address }: Letter['from']): string =>
  `${isPlain(name) ? `"${name}"` : encodeWords(name)} <${address}>`;

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** RFC 2047 section 2: at most 75 characters a word, and no character cut in two. */
const encodeWords = (text: string): string => {
  if (isPlain(text)) return text;
  const pieces = [''];
  for (const character of text) {
    const last = pieces.at(-1) ?? '';
    if (Buffer.byteLength(last + character) > 42) pieces.push(character);
    else pieces[pieces.length - 1] = last + character;
  }
  return pieces.map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`).join('\n ');
};

const base64Lines = (text: string): string =>
  Buffer.from(text.replace(/\r?\n/g, '\r\n'))
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\n');
