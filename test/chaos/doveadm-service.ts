/** doveadm as one running service, over its HTTP interface: a doveadm process costs 20 ms, a question here about 4. */
import * as z from 'zod';

export type HeldFolder = {
  readonly path: string;
  readonly uidValidity: number;
  /** Flags as the server spells them, without \Recent, in no order. */
  readonly messages: ReadonlyMap<number, readonly string[]>;
};

export type Doveadm = {
  /** Everything that the user's mailbox holds. */
  readonly everything: (user: string) => Promise<HeldFolder[]>;
  /** A row a message, of all folders: these fields as `doveadm fetch` names them. */
  readonly fetch: (user: string, fields: readonly string[]) => Promise<Readonly<Record<string, string>>[]>;
  /** As after a restore from a backup: same messages and UIDs, another UIDVALIDITY. */
  readonly setUidValidity: (user: string, path: string, value: number) => Promise<void>;
};

/** Lines for dovecot.conf. */
export const doveadmServiceConfig = (port: number, key: string): string => `
doveadm_api_key = ${key}
service doveadm {
  process_min_avail = 1
  service_count = 0
  inet_listener http {
    port = ${port}
    address = 127.0.0.1
  }
}`;

const answers = z.array(z.tuple([z.enum(['doveadmResponse', 'error']), z.unknown(), z.string()]));
const statusRows = z.array(z.object({ mailbox: z.string(), uidvalidity: z.string(), messages: z.string() }));
const anyRows = z.array(z.record(z.string(), z.string()));
const messageRows = z.array(z.object({ mailbox: z.string(), uid: z.string(), flags: z.string() }));

// `*` alone leaves out a namespace with a prefix.
const MASKS = ['*', 'INBOX', 'INBOX.*'];

export const doveadmService = (port: number, key: string): Doveadm => {
  const ask = async (...questions: [command: string, parameters: object][]): Promise<unknown[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/doveadm/v1`, {
      method: 'POST',
      headers: { Authorization: `X-Dovecot-API ${btoa(key)}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(questions.map((question, i) => [...question, String(i)])),
    });
    const found = answers.parse(await response.json());
    return found.map(([kind, body], i) => {
      if (kind === 'doveadmResponse') return body;
      throw new Error(`doveadm ${JSON.stringify(questions[i])} came to ${JSON.stringify(body)}`);
    });
  };
  return {
    everything: async (user) => {
      const [status, messages] = await ask(
        ['mailboxStatus', { user, field: ['uidvalidity', 'messages'], mailboxMask: MASKS }],
        ['fetch', { user, field: ['mailbox', 'uid', 'flags'], query: ['ALL'] }],
      );
      const held = new Map<string, Map<number, readonly string[]>>();
      for (const { mailbox, uid, flags } of messageRows.parse(messages)) {
        const rows = held.get(mailbox) ?? new Map<number, readonly string[]>();
        held.set(mailbox, rows);
        rows.set(
          Number(uid),
          flags.split(' ').filter((flag) => flag !== '' && flag !== '\\Recent'),
        );
      }
      return statusRows.parse(status).map(({ mailbox, uidvalidity, messages: count }) => {
        const rows = held.get(mailbox) ?? new Map<number, readonly string[]>();
        if (rows.size !== Number(count)) throw new Error(`doveadm shows ${rows.size} of ${count} in ${mailbox}`);
        return { path: mailbox, uidValidity: Number(uidvalidity), messages: rows };
      });
    },
    fetch: async (user, field) => {
      const [rows] = await ask(['fetch', { user, field, query: ['ALL'] }]);
      return anyRows.parse(rows);
    },
    setUidValidity: async (user, path, value) => {
      await ask(['mailboxUpdate', { user, mailbox: path, uidValidity: String(value) }]);
    },
  };
};
