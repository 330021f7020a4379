/** A process that lists one folder in bulk and then has nothing left to do: `node list-and-leave.ts <port> <CA file>`. */
import { readFileSync } from 'node:fs';
import { listInBulk } from '../../../shared/imap/bulk/list-in-bulk.ts';
import { asAlice } from './dovecot-session.ts';

const [port = '', caFile = ''] = process.argv.slice(2);
await asAlice({ port: Number(port), ca: readFileSync(caFile, 'utf8') }, async (session) => {
  for await (const { path, status } of listInBulk(session, [{ path: 'INBOX' }, { path: 'None' }])) {
    console.log(`${path} ${status}`);
  }
});
