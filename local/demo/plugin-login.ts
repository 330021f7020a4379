/**
 * LOGIN and AUTHENTICATE PLAIN (RFC 4616, RFC 4959) for one user. The server's own know other users and leave the connection
 * hanging when the answer comes on a line of its own.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Command, Connection, Server } from 'hoodiecrow-imap';
import { sendBad, sendNo, sendOk, textOf } from './replies.ts';

export type DemoLogin = { readonly user: string; readonly password: string };

export const loginPlugin =
  (login: DemoLogin) =>
  (server: Server): void => {
    const open = (connection: Connection): boolean => connection.state === 'Not Authenticated';
    server.registerCapability('AUTH=PLAIN', open);
    server.registerCapability('SASL-IR', open);

    const logIn = (connection: Connection, parsed: Command, user: Buffer, password: Buffer): void => {
      // Both are compared, whichever is wrong: the time taken tells neither.
      if ([same(user, login.user), same(password, login.password)].every(Boolean)) {
        connection.state = 'Authenticated';
        sendOk(connection, parsed, 'Logged in');
      } else {
        sendNo(connection, parsed, 'The user or the password is wrong', ['AUTHENTICATIONFAILED']);
      }
    };

    server.setCommandHandler('LOGIN', (connection, parsed, _data, done) => {
      const [user, password] = (parsed.attributes ?? []).map(textOf);
      if (!open(connection)) sendBad(connection, parsed, 'Already logged in');
      else if (user === undefined || password === undefined)
        sendBad(connection, parsed, 'LOGIN takes a user and a password');
      else logIn(connection, parsed, Buffer.from(user, 'latin1'), Buffer.from(password, 'latin1'));
      done();
    });

    server.setCommandHandler('AUTHENTICATE PLAIN', (connection, parsed, _data, done) => {
      const answer = (line: string): void => {
        const [, user, password] = splitAtNul(Buffer.from(line, 'base64'));
        if (user === undefined || password === undefined) sendBad(connection, parsed, 'That is no PLAIN answer');
        else logIn(connection, parsed, user, password);
        done();
      };
      const initial = textOf(parsed.attributes?.[0]);
      if (!open(connection)) {
        sendBad(connection, parsed, 'Already logged in');
        done();
      } else if (initial !== undefined) {
        answer(initial);
      } else {
        connection.inputHandler = (line) => {
          connection.inputHandler = false;
          answer(line);
        };
        connection.socket?.write('+ \r\n');
      }
    });
  };

const same = (given: Buffer, wanted: string): boolean => {
  const bytes = Buffer.from(wanted);
  return given.length === bytes.length && timingSafeEqual(given, bytes);
};

const splitAtNul = (bytes: Buffer): Buffer[] =>
  bytes
    .toString('latin1')
    .split('\0')
    .map((part) => Buffer.from(part, 'latin1'));
