/** Another client: one plain connection on loopback, spoken by hand. Shares no code with imapflow, nor with us. */
import { once } from 'node:events';
import { connect } from 'node:net';

export type RawAnswer = {
  readonly ok: boolean;
  /** The tagged line without its tag. */
  readonly status: string;
  /** Everything before it, literals included. */
  readonly text: string;
};

export type RawImap = {
  /** One command, its literals as `{n+}`. A BAD is a mistake of the test, and thrown; a NO is an answer. */
  readonly send: (command: string) => Promise<RawAnswer>;
  readonly close: () => void;
};

export const connectRaw = async (port: number, user: string, password: string): Promise<RawImap> => {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
  let buffer = '';
  let wake: () => void = () => undefined;
  let ended = false;
  socket.on('data', (text: string) => {
    buffer += text;
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ended = true;
    wake();
  });
  await once(socket, 'connect');

  const read = async (end: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = end.exec(buffer);
      if (found !== null) return found;
      if (ended) throw new Error(`the other client was cut off; it last read ${JSON.stringify(buffer.slice(-500))}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  let count = 0;
  const send = async (command: string): Promise<RawAnswer> => {
    count += 1;
    const tag = `r${count}`;
    socket.write(Buffer.from(`${tag} ${command}\r\n`, 'utf8'));
    const found = await read(new RegExp(`^${tag} (.*)\\r\\n`, 'm'));
    const text = buffer.slice(0, found.index);
    buffer = buffer.slice(found.index + found[0].length);
    const status = found[1] ?? '';
    // UNSELECT with nothing selected is BAD, too.
    if (status.startsWith('BAD') && command !== 'UNSELECT')
      throw new Error(`Dovecot answered ${status} to ${command.slice(0, 200)}`);
    return { ok: status.startsWith('OK'), status, text };
  };

  await read(/^\* OK .*\r\n/m);
  const { ok, status } = await send(`LOGIN "${user}" "${password}"`);
  if (!ok) throw new Error(`the other client could not log in: ${status}`);
  return { send, close: () => socket.destroy() };
};

/** A name as a quoted string; names come and go as they are on the line. */
export const quoted = (name: string): string => `"${name.replace(/["\\]/g, '\\$&')}"`;

export type RawFolder = { readonly name: string; readonly delimiter: string; readonly selectable: boolean };

/** All folders, in the order of their names. */
export const rawFolders = async (client: RawImap): Promise<RawFolder[]> => {
  const { text } = await client.send('LIST "" "*"');
  const folders = [
    ...text.matchAll(/^\* LIST \(([^)]*)\) "(\\?.)" (?:"((?:\\.|[^"\\])*)"|\{\d+\}\r\n(.*)|(\S+))\r$/gm),
  ];
  return folders
    .map(([, flags = '', delimiter = '/', inQuotes, literal, atom]) => ({
      name: inQuotes?.replace(/\\(.)/g, '$1') ?? literal ?? atom ?? '',
      delimiter: delimiter.slice(-1),
      selectable: !/\\(noselect|nonexistent)/i.test(flags),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** The UIDs of the selected folder, ascending: of all messages, or of those that a search key of RFC 3501 names. */
export const rawUids = async (client: RawImap, key = 'ALL'): Promise<number[]> => {
  const { text } = await client.send(`UID SEARCH ${key}`);
  const found = /^\* SEARCH((?: \d+)*)/m.exec(text)?.[1] ?? '';
  return found
    .split(' ')
    .filter((uid) => uid !== '')
    .map(Number)
    .sort((a, b) => a - b);
};
