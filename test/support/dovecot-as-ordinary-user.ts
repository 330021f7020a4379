/** Run by dovecot.test.ts in a process of its own: gives up root for the user id given, then starts Dovecot and uses it. */
import { startDovecot } from './dovecot.ts';
import { dovecotOracle } from './dovecot-oracle.ts';

const uid = Number(process.argv[2]);
// The sources are loaded by now: the user may not be able to read the checkout.
process.chdir('/');
process.setgroups?.([]);
process.setgid?.(uid);
process.setuid?.(uid);

const server = await startDovecot();
const oracle = dovecotOracle(server);
const delivered = await oracle.deliver('alice', 'INBOX', 'Subject: hello\r\n\r\nhello\r\n');
console.log(JSON.stringify({ uid: process.getuid?.(), delivered, held: await oracle.listMessages('alice', 'INBOX') }));
if (process.argv[3] === 'die') process.kill(process.pid, 'SIGKILL');
await server.stop();
