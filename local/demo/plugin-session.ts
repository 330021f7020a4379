/**
 * Around every command: what changed is on the disk before the tagged OK; a failing command answers NO and leaves the connection
 * usable; a read-only folder stays as it is. And IDLE (RFC 2177) and ENABLE (RFC 5161), whose own versions keep a timer running
 * and leave out the reply.
 */
import type { Connection, Handler, Server, Token } from 'hoodiecrow-imap';
import type { MailStore } from './mail-store.ts';
import { handler, isLoggedIn, sendBad, sendNo, sendOk } from './replies.ts';

const IDLE_MINUTES = 30;

/** FETCH is one: BODY[] without PEEK sets \Seen. */
const CHANGING = /^((UID )?(FETCH|STORE|COPY|MOVE|EXPUNGE)|APPEND|CREATE|DELETE|RENAME|(UN)?SUBSCRIBE|CLOSE)$/;
const NOT_READ_ONLY = /^((UID )?(STORE|MOVE|EXPUNGE))$/;
/** RFC 9051 section 7.5.1: no EXPUNGE while these run, as they count messages by number. */
const BY_NUMBER = /^(FETCH|STORE|SEARCH|COPY|MOVE)$/;

/** To be the last plugin: it wraps the handlers of all others. `report` hears of what the operator should know. */
export const sessionPlugin =
  (store: MailStore, report: (line: string) => void) =>
  (server: Server): void => {
    const save = (): boolean => {
      try {
        store.save();
        return true;
      } catch (error) {
        report(`The demo mailbox could not be saved: ${error instanceof Error ? error.message : 'unknown'}`);
        return false;
      }
    };
    let behind = false;

    server.outputHandlers.push((_connection, response, _description, parsed) => {
      // A tagged reply, and the `* OK [COPYUID` of MOVE, which names UIDs too.
      const isReply = response.tag !== '*' || response.command === 'OK';
      if (!isReply || !parsed || !CHANGING.test(parsed.command.toUpperCase())) return;
      behind = !save();
      if (!behind) return;
      if (response.tag === '*') response.skipResponse = true;
      else if (response.command === 'OK') {
        response.command = 'NO';
        response.attributes = [{ type: 'TEXT', value: 'The change could not be saved' }];
      }
    });
    server.outputHandlers.push(sendUnprintableAsLiterals);

    const find = server.getCommandHandler.bind(server);
    const guard =
      (name: string, inner: Handler): Handler =>
      (connection, parsed, data, done) => {
        let isDone = false;
        const once = (): void => {
          if (!isDone) done();
          isDone = true;
        };
        try {
          // Nothing may be told that a restart would not know.
          if (behind && isLoggedIn(connection)) behind = !save();
          if (behind && isLoggedIn(connection)) refuse(connection, parsed, 'The mailbox cannot be saved', once);
          else if (connection.readOnly && connection.state === 'Selected' && NOT_READ_ONLY.test(name)) {
            refuse(connection, parsed, 'The folder is open for reading only', once);
          } else {
            if (!BY_NUMBER.test(name)) connection.processNotifications();
            // RFC 9051 section 6.4.1: CLOSE expunges only what was open for writing.
            const unselect = name === 'CLOSE' && connection.readOnly ? find('UNSELECT') : false;
            (unselect || inner)(connection, parsed, data, once);
          }
        } catch (error) {
          report(`The demo mailbox failed at ${name}: ${error instanceof Error ? error.message : 'unknown'}`);
          sendNo(connection, parsed, 'That failed');
          once();
        }
      };
    server.getCommandHandler = (command) => {
      const name = command.toUpperCase();
      const inner = find(name);
      return inner && guard(name, inner);
    };

    server.registerCapability('IDLE');
    server.registerCapability('ENABLE');
    server.setCommandHandler('IDLE', idle);
    server.setCommandHandler(
      'ENABLE',
      handler((connection, parsed) => {
        if (connection.state !== 'Authenticated') return sendBad(connection, parsed, 'Not now');
        connection.send({ tag: '*', command: 'ENABLED', attributes: [] });
        sendOk(connection, parsed, 'Nothing to enable');
      }),
    );
  };

const refuse = (connection: Connection, parsed: Parameters<Handler>[1], text: string, done: () => void): void => {
  sendNo(connection, parsed, text);
  done();
};

const idle: Handler = (connection, parsed, _data, done) => {
  if (!isLoggedIn(connection)) {
    sendBad(connection, parsed, 'Log in first');
    return done();
  }
  const timer = setTimeout(() => connection.socket?.end('* BYE IDLE took too long\r\n'), IDLE_MINUTES * 60_000);
  timer.unref();
  connection.directNotifications = true;
  connection.inputHandler = (line) => {
    clearTimeout(timer);
    connection.inputHandler = false;
    connection.directNotifications = false;
    if (line.trim().toUpperCase() === 'DONE') sendOk(connection, parsed, 'Idled');
    else sendBad(connection, parsed, 'DONE was expected');
    done();
  };
  connection.socket?.write('+ idling\r\n');
  connection.processNotifications();
};

/** The compiler quotes strings as JSON, whose escapes are not IMAP's: bytes outside printable ASCII go as literals. */
const sendUnprintableAsLiterals = (_connection: Connection, response: Parameters<Connection['send']>[0]): void => {
  response.attributes = response.attributes.map(safe);
};

const safe = (token: Token): Token => {
  if (Array.isArray(token)) return token.map(safe);
  const text =
    typeof token === 'string'
      ? token
      : token !== null && typeof token === 'object' && token.type === 'STRING'
        ? token.value
        : '';
  return text === undefined || /^[\x20-\x7e]*$/.test(text) ? token : { type: 'LITERAL', value: text };
};
