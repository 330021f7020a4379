/**
 * Command lines put so that the server's parser reads them right: it takes `\"` in a quoted string for `\`, chokes on `[` in a
 * folder's name, and on an empty literal.
 */
import type { Server } from 'hoodiecrow-imap';

export const argumentsPlugin = (server: Server): void => {
  server.connectionHandlers.push((connection) => {
    const schedule = connection.scheduleCommand.bind(connection);
    connection.scheduleCommand = (line) => schedule(plainArguments(line));
  });
};

/** `line` is a whole command, its literals within it, as a binary string. */
export const plainArguments = (line: string): string => {
  const next = /"(?:[^"\\]|\\.)*"|[^\s()"{]+|[\s\S]/y;
  let plain = '';
  for (let at = 0; at < line.length; ) {
    next.lastIndex = at;
    const literal = literalAt(line, at);
    const token = literal ?? next.exec(line)?.[0] ?? line.slice(at);
    plain += literal === undefined ? rewritten(token) : literal.replace(/^\{0\+?\}\r?\n$/, '""');
    at += token.length;
  }
  return plain;
};

const literalAt = (line: string, at: number): string | undefined => {
  if (line[at] !== '{') return undefined;
  const [head, digits] = /^\{(\d{1,10})\+?\}\r?\n/.exec(line.slice(at, at + 20)) ?? [];
  return head === undefined ? undefined : line.slice(at, at + head.length + Number(digits));
};

const rewritten = (token: string): string => {
  if (token.startsWith('"')) {
    if (!token.includes('\\')) return token;
    const text = token.slice(1, -1).replace(/\\(.)/g, '$1');
    return `{${text.length}}\r\n${text}`;
  }
  return token.includes('[') && !/^BODY(\.PEEK)?\[/i.test(token) ? `"${token}"` : token;
};
