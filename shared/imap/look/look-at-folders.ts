/**
 * All folders with their numbers, for a check that is mostly over then. imapflow takes 30 microseconds and more for each row, so
 * that its connection is taken over for the one LIST and given back only to whoever goes on.
 */
import { decodePath } from 'imapflow/lib/tools.js';
import type { ListedFolder } from '../../mail/folder.ts';
import { takeOver } from '../bulk/take-over.ts';
import { listedFolders } from '../folder-row.ts';
import { listFolders } from '../folders.ts';
import type { MailSession } from '../session.ts';
import { askListStatus } from './list-status.ts';
import { withSpecialUses } from './special-uses.ts';

export type Look = {
  readonly folders: readonly ListedFolder[];
  /** To be called once, and waited for, before the session is used again; needs no answer of the server. */
  readonly goOn: () => Promise<void>;
};

/** `session.client` must not be used before `goOn`, and is another one after it. Throws as `listFolders` does. */
export const lookAtFolders = async (session: MailSession): Promise<Look> => {
  const { client } = session;
  const offers = (capability: string): boolean => client.capabilities.has(capability);
  const isAtOnce = offers('LIST-STATUS') && (offers('SPECIAL-USE') || !offers('XLIST'));
  if (!isAtOnce) return { folders: await listFolders(session), goOn: async () => undefined };
  const connection = await takeOver(session);
  const { tagged, rows, rest } = await askListStatus(connection, {
    specialUse: offers('SPECIAL-USE'),
    modSequences: offers('CONDSTORE') || offers('QRESYNC'),
    decode: (name) => decodePath(client, name),
  });
  if (tagged.status === 'OK' && rows !== undefined) {
    const used = withSpecialUses(rows, offers('SPECIAL-USE') || offers('XLIST'));
    return {
      folders: listedFolders(used, session.roles),
      goOn: () => session.giveBack(connection, { bytes: rest, folders: used }),
    };
  }
  // Refused, or not readable here: imapflow asks in other ways, and reads with more patience.
  await session.giveBack(connection, { bytes: rest, folders: [] });
  return { folders: await listFolders(session), goOn: async () => undefined };
};
