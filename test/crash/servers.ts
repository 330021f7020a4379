/** The kinds of server on which every effect has to converge: Dovecot, less what some servers lack. */
import { noModseqOnSelect, type Oddity } from '../chaos/oddities.ts';
import type { Profile } from '../chaos/profiles.ts';
import { capabilityWithout } from '../support/dovecot.ts';

export type CrashServer = Pick<Profile, 'name' | 'capability' | 'oddities'>;

/** No COPYUID and no APPENDUID (RFC 4315 section 3), though the server may say that it has UIDPLUS. */
const tellsNoUids: Oddity = () => ({ answer: (unit) => unit.replace(/\[(?:COPYUID|APPENDUID) [^\]]*\] ?/i, '') });

/** Yahoo finds nothing by its headers (node-imap#737), iCloud not all. */
const findsNoHeaders: Oddity = () => ({
  command: (unit) => unit.replace(/^(\S+ UID SEARCH) .*HEADER .*\r\n$/i, '$1 UID 4294967295\r\n'),
});

/** Outlook.com gives each message that is put there a Message-ID of its own (chatmail/core#1725). */
const rewritesMessageIds: Oddity = () => ({
  command: (unit) =>
    unit.replace(/^(Message-ID: <)([^@>\r\n]+)(@[^>\r\n]*>)/im, (_, head, local, tail) => {
      return `${head}${'server-made'.padEnd(local.length, '0').slice(0, local.length)}${tail}`;
    }),
});

export const CRASH_SERVERS: readonly CrashServer[] = [
  { name: 'full', oddities: [] },
  { name: 'no-copyuid', oddities: [tellsNoUids, findsNoHeaders] },
  { name: 'no-move', capability: capabilityWithout('MOVE'), oddities: [] },
  { name: 'no-uidplus', capability: capabilityWithout('UIDPLUS'), oddities: [tellsNoUids, findsNoHeaders] },
  { name: 'message-ids-rewritten', oddities: [rewritesMessageIds] },
  // Neither MOVE nor UIDPLUS, nor anything else that RFC 3501 does not have.
  { name: 'bare', capability: 'IMAP4rev1', oddities: [tellsNoUids, noModseqOnSelect] },
];

export const crashServerNamed = (name: string): CrashServer => {
  const server = CRASH_SERVERS.find((one) => one.name === name);
  if (server === undefined) {
    throw new Error(`there is no server ${name}: ${CRASH_SERVERS.map((one) => one.name).join(', ')}`);
  }
  return server;
};
