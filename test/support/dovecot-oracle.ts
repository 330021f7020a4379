/**
 * What the server really holds, and another client's hands on it: by doveadm and a few hand-written commands to Dovecot's
 * own imap process. Shares no code with imapflow, nor with us. A call costs about 20 ms.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Dovecot } from './dovecot.ts';

export type HeldMessage = { readonly uid: number /** Sorted, without \Recent. */; readonly flags: readonly string[] };
export type FolderStatus = {
  readonly messages: number;
  readonly uidNext: number;
  readonly uidValidity: number;
  readonly highestModseq: bigint;
};
export type Delivery = { readonly source: string | Uint8Array; readonly flags?: readonly string[] };

export type DovecotOracle = ReturnType<typeof dovecotOracle>;

export const dovecotOracle = (server: Dovecot) => {
  const { doveadm } = server;
  const withMessage = (user: string, mailbox: string, uid: number): string[] => [
    '-u',
    user,
    'mailbox',
    mailbox,
    'uid',
    `${uid}`,
  ];
  const changeFlags = async (
    how: 'add' | 'remove' | 'replace',
    user: string,
    mailbox: string,
    uid: number,
    flags: readonly string[],
  ): Promise<void> => {
    const [option, name, ...query] = withMessage(user, mailbox, uid) as [string, string, ...string[]];
    await doveadm(['flags', how, option, name, flags.join(' '), ...query]);
  };

  const deliverAll = async (user: string, mailbox: string, messages: readonly Delivery[]): Promise<number[]> => {
    const name = await asImapName(server, mailbox);
    // Enabled before the first message, or all of them would share one modification sequence.
    const parts: (string | Uint8Array)[] = [`e ENABLE CONDSTORE\r\ns SELECT ${name}\r\n`];
    for (const { source, flags = [] } of messages) {
      const bytes = Buffer.from(source);
      parts.push(`a APPEND ${name} (${flags.join(' ')}) {${bytes.length}+}\r\n`, bytes, '\r\n');
    }
    parts.push('z LOGOUT\r\n');
    const answer = await preauthenticatedImap(server, user, Buffer.concat(parts.map((part) => Buffer.from(part))));
    const uids = [...answer.matchAll(/^a OK \[APPENDUID \d+ (\d+)\]/gm)].map((match) => Number(match[1]));
    if (uids.length !== messages.length)
      throw new Error(`Dovecot took ${uids.length} of ${messages.length}:\n${answer}`);
    return uids;
  };

  return {
    deliverAll,
    /** The UID it got. The mailbox must exist. */
    deliver: async (user: string, mailbox: string, source: string | Uint8Array, flags: readonly string[] = []) =>
      (await deliverAll(user, mailbox, [{ source, flags }]))[0] as number,

    listMessages: async (user: string, mailbox: string): Promise<HeldMessage[]> => {
      const rows = parseRows(await doveadm(['-f', 'json', 'fetch', '-u', user, 'uid flags', 'mailbox', mailbox]));
      return rows.map((row) => ({
        uid: Number(row['uid']),
        flags: (row['flags'] ?? '')
          .split(' ')
          .filter((flag) => flag !== '' && flag !== '\\Recent')
          .sort(),
      }));
    },

    /** Paths of all folders, sorted. */
    folders: async (user: string): Promise<string[]> =>
      (await doveadm(['mailbox', 'list', '-u', user]))
        .split('\n')
        .filter((line) => line !== '')
        .sort(),

    /** Header and body as stored, with \n line ends; undefined when there is no such message. */
    fetchText: async (user: string, mailbox: string, uid: number): Promise<string | undefined> => {
      const [, , ...query] = withMessage(user, mailbox, uid);
      const rows = parseRows(await doveadm(['-f', 'json', 'fetch', '-u', user, 'text', ...query]));
      return rows[0]?.['text']?.replaceAll('\r\n', '\n');
    },

    status: async (user: string, mailbox: string): Promise<FolderStatus> => {
      const items = 'messages uidnext uidvalidity highestmodseq';
      const row = parseRows(await doveadm(['-f', 'json', 'mailbox', 'status', '-u', user, items, mailbox]))[0] ?? {};
      return {
        messages: Number(row['messages']),
        uidNext: Number(row['uidnext']),
        uidValidity: Number(row['uidvalidity']),
        highestModseq: BigInt(row['highestmodseq'] ?? 0),
      };
    },

    moveByAnotherClient: async (user: string, from: string, uid: number, to: string): Promise<void> => {
      const [option, name, ...query] = withMessage(user, from, uid) as [string, string, ...string[]];
      await doveadm(['move', option, name, to, ...query]);
    },
    expunge: async (user: string, mailbox: string, uid: number): Promise<void> => {
      await doveadm(['expunge', ...withMessage(user, mailbox, uid)]);
    },
    addFlags: (user: string, mailbox: string, uid: number, flags: readonly string[]) =>
      changeFlags('add', user, mailbox, uid, flags),
    removeFlags: (user: string, mailbox: string, uid: number, flags: readonly string[]) =>
      changeFlags('remove', user, mailbox, uid, flags),
    setFlags: (user: string, mailbox: string, uid: number, flags: readonly string[]) =>
      changeFlags('replace', user, mailbox, uid, flags),

    createFolder: async (user: string, mailbox: string): Promise<void> => {
      await doveadm(['mailbox', 'create', '-s', '-u', user, mailbox]);
    },
    renameFolder: async (user: string, from: string, to: string): Promise<void> => {
      await doveadm(['mailbox', 'rename', '-s', '-u', user, from, to]);
    },
    deleteFolder: async (user: string, mailbox: string): Promise<void> => {
      await doveadm(['mailbox', 'delete', '-s', '-u', user, mailbox]);
    },
    /** As after a restore from a backup: same messages and UIDs, another UIDVALIDITY. */
    setUidValidity: async (user: string, mailbox: string, uidValidity: number): Promise<void> => {
      await doveadm(['mailbox', 'update', '-u', user, '--uid-validity', `${uidValidity}`, mailbox]);
    },
    /** Ends the user's connections, as a restarting server does. */
    kick: async (user: string): Promise<void> => {
      await doveadm(['kick', user]);
    },
  };
};

const parseRows = (json: string): Record<string, string>[] => {
  const rows: unknown = JSON.parse(json === '' ? '[]' : json);
  return Array.isArray(rows) ? rows : [];
};

/** Modified UTF-7 where it must be (RFC 9051 appendix A.1), as a quoted string. */
const asImapName = async (server: Dovecot, mailbox: string): Promise<string> => {
  const plain = /^[\x20-\x25\x27-\x7e]*$/.test(mailbox);
  const name = plain ? mailbox : (await server.doveadm(['mailbox', 'mutf7', '-8', mailbox])).trim();
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
};

/** Dovecot's imap process, already logged in. The two `cat` make pipes of the sockets that Node gives: it refuses those. */
const preauthenticatedImap = (server: Dovecot, user: string, commands: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      '/bin/sh',
      ['-c', 'cat | doveadm -c "$1" exec imap -u "$2" | cat', 'sh', path.join(server.dir, 'dovecot.conf'), user],
      { stdio: ['pipe', 'pipe', 'ignore'], cwd: server.dir },
    );
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', () => resolve(answer));
    child.stdin.end(commands);
  });
