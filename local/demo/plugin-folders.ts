/**
 * Folders: LIST, LSUB, CREATE, DELETE, RENAME over our own flat table. The server's own forget what lies under INBOX on a
 * rename, give a name made again its old UIDVALIDITY, and know special-use only by name lists.
 */
import type { Connection, Handler, Mailbox, Server, Token } from 'hoodiecrow-imap';
import { LIMITS } from '../../shared/limits.ts';
import type { MailStore } from './mail-store.ts';
import { type Handle, handler, isLoggedIn, sendBad, sendNo, sendOk, textOf } from './replies.ts';

const SEPARATOR = '/';

export const foldersPlugin =
  (store: MailStore) =>
  (server: Server): void => {
    const connections = new Set<Connection>();
    server.connectionHandlers.push((connection) => {
      connections.add(connection);
      connection.socket?.once('close', () => connections.delete(connection));
    });

    // Called by the constructor, once: the table it would build from `storage` is replaced by ours.
    server.indexFolders = () => {
      server.storage = { '': { separator: SEPARATOR, type: 'personal', folders: {} } };
      server.referenceNamespace = '';
      server.folderCache = store.folders;
    };
    server.registerCapability('SPECIAL-USE');

    server.setCommandHandler('LIST', loggedIn(list('LIST', store)));
    server.setCommandHandler('LSUB', loggedIn(list('LSUB', store)));
    server.setCommandHandler('CREATE', loggedIn(create(store)));
    server.setCommandHandler('DELETE', loggedIn(remove(store, connections)));
    server.setCommandHandler('RENAME', loggedIn(rename(store)));
    for (const command of ['SELECT', 'EXAMINE', 'STATUS']) refuseMissing(server, command);
  };

const loggedIn = (handle: Handle): Handler =>
  handler((connection, parsed) => {
    if (isLoggedIn(connection)) handle(connection, parsed);
    else sendBad(connection, parsed, 'Log in first');
  });

/** A folder that is not there is NO, not BAD (RFC 5530); and a failed SELECT leaves none selected (RFC 9051 section 6.3.2). */
const refuseMissing = (server: Server, command: string): void => {
  const inner = server.getCommandHandler(command);
  server.setCommandHandler(command, (connection, parsed, data, done) => {
    const path = textOf(parsed.attributes?.[0]);
    if (inner === false || !isLoggedIn(connection) || path === undefined || server.getMailbox(path) !== undefined) {
      if (inner !== false) inner(connection, parsed, data, done);
      return;
    }
    if (command !== 'STATUS') {
      connection.state = 'Authenticated';
      connection.selectedMailbox = false;
    }
    sendNo(connection, parsed, 'There is no such folder', ['NONEXISTENT']);
    done();
  });
};

const list =
  (command: 'LIST' | 'LSUB', store: MailStore): Handle =>
  (connection, parsed) => {
    const given = parsed.attributes ?? [];
    // RFC 6154 section 5: LIST (SPECIAL-USE) "" "*" and LIST "" "*" RETURN (SPECIAL-USE); what is asked to be returned always is.
    const specialOnly = Array.isArray(given[0]);
    const [reference, pattern] = (specialOnly ? given.slice(1) : given).map(textOf);
    if (reference === undefined || pattern === undefined)
      return sendBad(connection, parsed, `${command} takes two strings`);
    const row = (flags: string[], path: string): void =>
      connection.send({
        tag: '*',
        command,
        attributes: [flags.map((value): Token => ({ type: 'ATOM', value })), SEPARATOR, path],
      });
    const matches = patternOf(reference + pattern);
    if (pattern === '') row(['\\Noselect'], '');
    else {
      for (const folder of Object.values(store.folders)) {
        if (!matches.test(folder.path) || (command === 'LSUB' && !folder.subscribed)) continue;
        if (specialOnly && folder.specialUse === undefined) continue;
        const children = hasChildren(store, folder.path) ? '\\HasChildren' : '\\HasNoChildren';
        row(folder.specialUse === undefined ? [children] : [children, folder.specialUse], folder.path);
      }
    }
    sendOk(connection, parsed, 'Listed');
  };

const patternOf = (pattern: string): RegExp => {
  const source = pattern
    .replace(/[\\^$+?.(){}|[\]]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('%', `[^${SEPARATOR}]*`);
  return new RegExp(`^${source}$`, pattern.toUpperCase() === 'INBOX' ? 'i' : '');
};

const create =
  (store: MailStore): Handle =>
  (connection, parsed) => {
    const path = textOf(parsed.attributes?.[0])?.replace(/\/$/, '');
    if (path === undefined || parsed.attributes?.length !== 1)
      return sendBad(connection, parsed, 'CREATE takes a name');
    if (!isName(path)) return sendNo(connection, parsed, 'That cannot be a folder name', ['CANNOT']);
    if (isTaken(store, path)) return sendNo(connection, parsed, 'That folder exists', ['ALREADYEXISTS']);
    // RFC 9051 section 6.3.4: levels above that are missing are made too.
    for (const above of [...parentsOf(path), path]) if (!isTaken(store, above)) store.create(above);
    sendOk(connection, parsed, 'Created');
  };

const remove =
  (store: MailStore, connections: ReadonlySet<Connection>): Handle =>
  (connection, parsed) => {
    const path = textOf(parsed.attributes?.[0]);
    const folder = path === undefined ? undefined : store.folders[path];
    if (path === undefined || folder === undefined)
      return sendNo(connection, parsed, 'There is no such folder', ['NONEXISTENT']);
    if (path === 'INBOX') return sendNo(connection, parsed, 'INBOX stays', ['CANNOT']);
    if (hasChildren(store, path))
      return sendNo(connection, parsed, 'Delete the folders below it first', ['HASCHILDREN']);
    delete store.folders[path];
    for (const other of connections) if (other !== connection) leaveDeleted(other, folder);
    if (connection.selectedMailbox === folder) deselect(connection);
    sendOk(connection, parsed, 'Deleted');
  };

const rename =
  (store: MailStore): Handle =>
  (connection, parsed) => {
    const [from, to] = (parsed.attributes ?? []).map(textOf);
    const folder = from === undefined ? undefined : store.folders[from];
    if (from === undefined || folder === undefined)
      return sendNo(connection, parsed, 'There is no such folder', ['NONEXISTENT']);
    if (to === undefined || !isName(to) || from === 'INBOX' || to.startsWith(from + SEPARATOR)) {
      return sendNo(connection, parsed, 'That cannot be renamed so', ['CANNOT']);
    }
    if (isTaken(store, to)) return sendNo(connection, parsed, 'That folder exists', ['ALREADYEXISTS']);
    for (const above of parentsOf(to)) if (!isTaken(store, above)) store.create(above);
    for (const moved of Object.values(store.folders)) {
      if (moved !== folder && !moved.path.startsWith(from + SEPARATOR)) continue;
      delete store.folders[moved.path];
      moved.path = to + moved.path.slice(from.length);
      store.folders[moved.path] = moved;
    }
    sendOk(connection, parsed, 'Renamed');
  };

const hasChildren = (store: MailStore, path: string): boolean =>
  Object.keys(store.folders).some((other) => other.startsWith(path + SEPARATOR));

const isTaken = (store: MailStore, path: string): boolean =>
  path.toUpperCase() === 'INBOX' || store.folders[path] !== undefined;

/** Printable ASCII (the rest is written in modified UTF-7, RFC 3501 section 5.1.3), no wildcards, no empty level. */
const isName = (path: string): boolean =>
  /^[\x20-\x7e]+$/.test(path) &&
  path.length <= LIMITS.folderPathBytesMax &&
  !/[*%]/.test(path) &&
  path.split(SEPARATOR).every((level) => level !== '');

const parentsOf = (path: string): string[] => {
  const levels = path.split(SEPARATOR);
  return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join(SEPARATOR));
};

const deselect = (connection: Connection): void => {
  connection.state = 'Authenticated';
  connection.selectedMailbox = false;
};

const leaveDeleted = (connection: Connection, folder: Mailbox): void => {
  if (connection.selectedMailbox !== folder) return;
  connection.send({
    tag: '*',
    command: 'BYE',
    attributes: [{ type: 'TEXT', value: 'The selected folder was deleted' }],
  });
  connection.socket?.end();
};
