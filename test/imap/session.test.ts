/** What a worker that was frozen must not do when it wakes up. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openFolderOf } from '../../shared/imap/open-folder.ts';
import { selectFolder } from '../../shared/imap/selected.ts';
import { destroyLeftOver, type MailSession, withSession } from '../../shared/imap/session.ts';
import { storeKeywords } from '../../shared/imap/store-keywords.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

let server: Dovecot;
let oracle: DovecotOracle;
before(async () => {
  server = await startDovecot();
  oracle = dovecotOracle(server);
  await oracle.deliver('alice', 'INBOX', letter());
});
after(() => server?.stop());

const inSession = <T>(timeoutMs: number, act: (session: MailSession) => Promise<T>): Promise<T> =>
  withSession(
    {
      server: { host: server.host, port: server.port, tls: 'implicit', user: 'alice', ca: server.ca },
      credential: { kind: 'password', password: server.users['alice'] ?? '' },
      egress: LOOPBACK_ONLY,
      timeoutMs,
    },
    act,
  );
const flag = (session: MailSession) =>
  storeKeywords(openFolderOf(session), [[1, 1]], { add: ['$flagged'], remove: [] });
const flags = async () => (await oracle.listMessages('alice', 'INBOX')).map((message) => message.flags);

test('no command goes out when its time was over before the timers knew', async () => {
  const work = inSession(2_000, async (session) => {
    await selectFolder(session, 'INBOX', { write: true });
    // Nothing runs, timers included: as in a sandbox that is frozen.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    await flag(session);
  });
  await assert.rejects(work, { code: 'deadline.reached' });
  assert.deepEqual(await flags(), [[]]);
});

test('a connection left over from before is destroyed, and carries no command any more', async () => {
  const work = inSession(10_000, async (session) => {
    await selectFolder(session, 'INBOX', { write: true });
    assert.equal(destroyLeftOver(), 1);
    await flag(session);
  });
  await assert.rejects(work, { code: 'imap.connection-lost' });
  assert.deepEqual(await flags(), [[]]);
  assert.equal(destroyLeftOver(), 0);
});
