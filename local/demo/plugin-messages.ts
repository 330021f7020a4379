/**
 * APPEND, COPY, MOVE (RFC 6851), UID EXPUNGE (RFC 4315), STORE. The server's own name a UID before it is kept, send COPYUID for
 * nothing, expunge what is not \Deleted, know `\seen` and `\Seen` as two flags, and tell other connections of no flag.
 */
import type { Command, Connection, Message, Server, Token } from 'hoodiecrow-imap';
import { internalDate, type MailStore, SYSTEM_FLAGS } from './mail-store.ts';
import {
  exists,
  type Handle,
  handler,
  isLoggedIn,
  sendBad,
  sendNo,
  sendOk,
  sequenceOf,
  textOf,
  untaggedOk,
} from './replies.ts';
import { spellings } from './spellings.ts';

export const messagesPlugin =
  (store: MailStore) =>
  (server: Server): void => {
    for (const capability of ['UIDPLUS', 'MOVE']) server.registerCapability(capability);
    const spell = spellings([...SYSTEM_FLAGS, ...keptKeywords(store)]);

    server.setCommandHandler('APPEND', handler(append(server, store, spell)));
    for (const uid of [false, true]) {
      const prefix = uid ? 'UID ' : '';
      server.setCommandHandler(`${prefix}COPY`, handler(transfer(server, store, { uid, removes: false })));
      server.setCommandHandler(`${prefix}MOVE`, handler(transfer(server, store, { uid, removes: true })));
      respell(server, `${prefix}SEARCH`, spell, keywordOperands);
      respell(server, `${prefix}STORE`, spell, ([, , flags]) => (Array.isArray(flags) ? flags : [flags ?? null]));
      announceStore(server, `${prefix}STORE`, uid);
    }
    server.setCommandHandler('UID EXPUNGE', handler(uidExpunge(server)));
  };

const uidExpunge =
  (server: Server): Handle =>
  (connection, parsed) => {
    const selected = connection.selectedMailbox;
    const set = sequenceOf(parsed.attributes?.[0]);
    if (!selected || set === undefined)
      return sendBad(connection, parsed, 'UID EXPUNGE takes a UID set of the selected folder');
    const messages = server.getMessageRange(selected, set, true).map(([, message]) => message);
    connection.expungeSpecificMessages(selected, messages.filter(isDeleted), false, true);
    sendOk(connection, parsed, 'Expunged');
  };

const isDeleted = (message: Message): boolean => message.flags.includes('\\Deleted');

const keptKeywords = (store: MailStore): Set<string> =>
  new Set(Object.values(store.folders).flatMap(({ messages }) => messages.flatMap(({ flags }) => flags)));

const append =
  (server: Server, store: MailStore, spell: (flag: string) => string): Handle =>
  (connection, parsed) => {
    const given = parsed.attributes ?? [];
    const path = textOf(given[0]);
    const source = given.at(-1);
    const between = given.slice(1, -1);
    const flags = Array.isArray(between[0]) ? between.shift() : [];
    const date = textOf(between.shift());
    if (!isLoggedIn(connection)) return sendBad(connection, parsed, 'Log in first');
    if (path === undefined || !isLiteral(source) || !Array.isArray(flags) || between.length > 0) {
      return sendBad(connection, parsed, 'APPEND takes a folder, flags, a date and a literal');
    }
    if (date !== undefined && !isDateTime(date)) return sendBad(connection, parsed, 'That is no date');
    const target = server.getMailbox(path);
    if (target === undefined) return sendNo(connection, parsed, 'There is no such folder', ['TRYCREATE']);
    const known = flags
      .map((flag) => spell(textOf(flag) ?? ''))
      .filter((flag) => !flag.startsWith('\\') || SYSTEM_FLAGS.includes(flag));
    const message = store.append(target, {
      raw: source.value ?? '',
      flags: [...new Set(known)].filter((flag) => flag !== ''),
      internaldate: date ?? internalDate(new Date()),
    });
    server.notify(exists(target.messages.length), target);
    sendOk(connection, parsed, 'Appended', ['APPENDUID', target.uidvalidity, message.uid]);
  };

/** RFC 9051 section 9, date-time. */
const isDateTime = (text: string): boolean =>
  /^[ \d]\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}$/.test(text) && !Number.isNaN(Date.parse(text));

const isLiteral = (token: Token | undefined): token is { type: 'LITERAL'; value?: string } =>
  token !== null && typeof token === 'object' && !Array.isArray(token) && token.type === 'LITERAL';

const transfer =
  (server: Server, store: MailStore, { uid, removes }: { uid: boolean; removes: boolean }): Handle =>
  (connection, parsed) => {
    const selected = connection.selectedMailbox;
    const set = sequenceOf(parsed.attributes?.[0]);
    const path = textOf(parsed.attributes?.[1]);
    if (!selected) return sendBad(connection, parsed, 'Select a folder first');
    if (set === undefined || path === undefined)
      return sendBad(connection, parsed, `${parsed.command} takes a set and a folder`);
    // Numbers would mean other messages than the client sees, until it has been told.
    if (!uid && hasPendingExpunge(connection))
      return sendNo(connection, parsed, 'Messages are gone', ['EXPUNGEISSUED']);
    const target = server.getMailbox(path);
    if (target === undefined) return sendNo(connection, parsed, 'There is no such folder', ['TRYCREATE']);
    const messages = server.getMessageRange(selected, set, uid).map(([, message]) => message);
    // RFC 4315 section 3: no COPYUID where nothing was copied.
    if (messages.length === 0) return sendOk(connection, parsed, 'There is no such message');
    const copies = messages.map((message) => store.append(target, message));
    // Queued for this connection until its tagged OK, so COPYUID goes out first (RFC 6851 section 4.3).
    if (removes) connection.expungeSpecificMessages(selected, messages, false, true);
    server.notify(exists(target.messages.length), target);
    const copyUid = ['COPYUID', target.uidvalidity, uidsOf(messages), uidsOf(copies)];
    if (removes) connection.send(untaggedOk('Moved', copyUid), 'COPYUID', parsed);
    sendOk(connection, parsed, 'Done', ...(removes ? [] : [copyUid]));
  };

const uidsOf = (messages: readonly Message[]): string => messages.map(({ uid }) => uid).join(',');

const hasPendingExpunge = (connection: Connection): boolean =>
  connection.notificationQueue.some(({ attributes }) => textOf(attributes[1]) === 'EXPUNGE');

/** Puts flags into the spelling they are kept in before the command sees them. */
const respell = (
  server: Server,
  command: string,
  spell: (flag: string) => string,
  flagsOf: (attributes: readonly Token[]) => Token[],
): void => {
  const inner = server.getCommandHandler(command);
  if (inner === false) return;
  server.setCommandHandler(command, (connection, parsed: Command, data, done) => {
    for (const flag of flagsOf(parsed.attributes ?? [])) {
      if (flag !== null && typeof flag === 'object' && !Array.isArray(flag)) flag.value = spell(flag.value ?? '');
    }
    inner(connection, parsed, data, done);
  });
};

const keywordOperands = (attributes: readonly Token[]): Token[] =>
  attributes.filter((_, index) => /^(UN)?KEYWORD$/i.test(textOf(attributes[index - 1]) ?? ''));

/** RFC 9051 section 7.5.2: other connections hear of changed flags. */
const announceStore = (server: Server, command: string, uid: boolean): void => {
  const inner = server.getCommandHandler(command);
  if (inner === false) return;
  server.setCommandHandler(command, (connection, parsed, data, done) => {
    const selected = connection.selectedMailbox;
    const set = sequenceOf(parsed.attributes?.[0]);
    const rows = selected && set !== undefined ? server.getMessageRange(selected, set, uid) : [];
    const before = rows.map(([, message]) => message.flags.join(' '));
    inner(connection, parsed, data, done);
    for (const [index, [, message]] of rows.entries()) {
      if (!selected || message.flags.join(' ') === before[index]) continue;
      const sequence = selected.messages.indexOf(message) + 1;
      const flags = message.flags.map((value): Token => ({ type: 'ATOM', value }));
      const items: Token[] = [{ type: 'ATOM', value: 'UID' }, message.uid, { type: 'ATOM', value: 'FLAGS' }, flags];
      server.notify(
        { tag: '*', attributes: [sequence, { type: 'ATOM', value: 'FETCH' }, items] },
        selected,
        connection,
      );
    }
  });
};
