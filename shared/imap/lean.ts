/**
 * A session that says only what it needs. imapflow sends ID twice, NAMESPACE and ENABLE at every start, and PLAIN in two
 * round trips; a check that is LOGIN and LIST does without. Reaches into `run`, which is not in its typings: the version is
 * pinned, and a test counts the commands.
 */
import type { ImapFlow } from 'imapflow';

type Run = (command: string, ...args: unknown[]) => Promise<unknown>;
export type Inner = { run: Run };

/** Providers that refuse SELECT to a client that has not told its name (RFC 2971): NetEase's. */
const WANTS_ID = /(^|\.)(163|126|yeah|188|vip\.163|vip\.126)\.(com|net)$/i;

/**
 * Call before connect(). `host` is the name that the owner gave; `before` each command may throw. The answer tells whether a
 * login of ours was taken.
 */
export const withoutChatter = (
  client: ImapFlow,
  host: string,
  before: () => void,
): { readonly loggedIn: () => boolean } => {
  const inner = client as unknown as Inner;
  const run: Run = inner.run.bind(client);
  let authenticated = false;
  inner.run = async (command, ...args) => {
    before();
    const name = command.toUpperCase();
    if (name === 'ID' && !(authenticated && WANTS_ID.test(host))) return undefined;
    if (name === 'NAMESPACE') return undefined;
    if (name !== 'AUTHENTICATE' && name !== 'LOGIN') return await run(command, ...args);
    const answer = await logIn(client, run, name, args);
    authenticated = true;
    return answer;
  };
  return { loggedIn: () => authenticated };
};

/** LOGIN carries name and password in one round trip; where it is disabled, or they are not ASCII, SASL does. */
const logIn = async (client: ImapFlow, run: Run, name: string, args: unknown[]): Promise<unknown> => {
  const [user, options] = args as [string, { password?: string } | string | undefined];
  const password = typeof options === 'object' ? options.password : undefined;
  const plain =
    password !== undefined && isAscii(user) && isAscii(password) && !client.capabilities.has('LOGINDISABLED');
  return name === 'AUTHENTICATE' && plain ? await run('LOGIN', user, password) : await run(name, ...args);
};

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** NAMESPACE, for what names folders of its own: a prefix such as `INBOX.` is then put before them. */
export const learnNamespace = async (client: ImapFlow): Promise<void> => {
  if (client.namespace !== undefined) return;
  const inner = Object.getPrototypeOf(client) as Inner;
  if (client.capabilities.has('NAMESPACE')) await inner.run.call(client, 'NAMESPACE');
};

/** ID (RFC 2971), for what depends on the server's make; empty where it does not say. */
export const learnServerName = async (client: ImapFlow): Promise<string> => {
  const inner = Object.getPrototypeOf(client) as Inner;
  if (client.serverInfo === null) await inner.run.call(client, 'ID', client.clientInfo);
  const name = client.serverInfo?.['name'];
  return typeof name === 'string' ? name : '';
};
