/** Tagged replies, and the reading of arguments. */
import type { Command, Connection, Handler, Response, Token } from 'hoodiecrow-imap';

/** `code` is a response code, such as `['TRYCREATE']` or `['APPENDUID', 7, 12]` (RFC 9051 section 7.1); its strings are atoms. */
type Reply = (connection: Connection, parsed: Command, text: string, code?: readonly (string | number)[]) => void;

const reply =
  (command: 'OK' | 'NO' | 'BAD'): Reply =>
  (connection, parsed, text, code) =>
    connection.send(
      { tag: parsed.tag, command, attributes: [...codeOf(code), { type: 'TEXT', value: text }] },
      command,
      parsed,
    );

export const sendOk = reply('OK');
export const sendNo = reply('NO');
export const sendBad = reply('BAD');

/** `* OK [code] text`. */
export const untaggedOk = (text: string, code: readonly (string | number)[]): Response => ({
  tag: '*',
  command: 'OK',
  attributes: [...codeOf(code), { type: 'TEXT', value: text }],
});

export const exists = (count: number): Response => ({
  tag: '*',
  attributes: [count, { type: 'ATOM', value: 'EXISTS' }],
});

const codeOf = (code: readonly (string | number)[] | undefined): Token[] =>
  code === undefined
    ? []
    : [
        {
          type: 'SECTION',
          // Sent as they are: a UID set is neither an atom nor to be quoted.
          section: code.map((part) => (typeof part === 'number' ? part : { type: 'SEQUENCE', value: part })),
        },
      ];

/** The text of an atom, a quoted string or a literal; undefined for anything else. */
export const textOf = (token: Token | undefined): string | undefined => {
  if (token === null || typeof token !== 'object' || Array.isArray(token)) return undefined;
  return ['ATOM', 'STRING', 'LITERAL'].includes(token.type) ? (token.value ?? '') : undefined;
};

/** A sequence set: `4`, `2:*`, `1,5:9`. */
export const sequenceOf = (token: Token | undefined): string | undefined => {
  if (token === null || typeof token !== 'object' || Array.isArray(token)) return undefined;
  const value = token.value ?? '';
  return /^(\d{1,10}|\*)(:(\d{1,10}|\*))?(,(\d{1,10}|\*)(:(\d{1,10}|\*))?)*$/.test(value) ? value : undefined;
};

/** Carries out a command and sends its replies. */
export type Handle = (connection: Connection, parsed: Command) => void;

/** A command that is done when the function returns. The next one starts only then, so that replies keep their order. */
export const handler =
  (handle: Handle): Handler =>
  (connection, parsed, _data, done) => {
    handle(connection, parsed);
    done();
  };

export const isLoggedIn = (connection: Connection): boolean =>
  connection.state === 'Authenticated' || connection.state === 'Selected';
