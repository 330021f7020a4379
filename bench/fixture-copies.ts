/** A mailbox of very many messages, made in a minute: one block of them is appended, and copied by the server. */
import { append, expunge, type FixtureUser, login, openSpecialFolders } from './fixture-mail.ts';
import { drawDistinct } from './flag-habits.ts';
import { seededRandom } from './random.ts';

export type Copied = {
  readonly blockMessages: number;
  /** Of INBOX. */
  readonly inboxBlocks: number;
  /** Then expunged from INBOX, drawn evenly. */
  readonly inboxExpunged: number;
  /** Of one block each. */
  readonly folders: number;
};

export const copiedMessages = ({ blockMessages, inboxBlocks, inboxExpunged, folders }: Copied): number =>
  blockMessages * (inboxBlocks + folders) - inboxExpunged;

export const fillByCopying = async (
  port: number,
  account: FixtureUser,
  seed: number,
  { blockMessages, inboxBlocks, inboxExpunged, folders }: Copied,
): Promise<void> => {
  const random = seededRandom(seed);
  const imap = await login(port, account);
  await openSpecialFolders(imap);
  const [block = '', ...others] = Array.from({ length: folders }, (_, nth) => `Year${2_000 + nth}`);
  await imap.ask(`CREATE ${block}`);
  await append(imap, block, blockMessages, random);
  for (const name of others) await imap.ask(`CREATE ${name}`, `UID COPY 1:* ${name}`);
  for (let nth = 0; nth < inboxBlocks; nth += 1) await imap.ask('UID COPY 1:* INBOX');
  await imap.ask('SELECT INBOX');
  await expunge(imap, [...drawDistinct(inboxExpunged, blockMessages * inboxBlocks, random)]);
  await imap.ask('LOGOUT');
  imap.close();
};
