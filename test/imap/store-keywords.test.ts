/** Flags that somebody else changed between our look and our command. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { enableChanges } from '../../shared/imap/enable.ts';
import { keepsBy, type OpenFolder, openFolderOf } from '../../shared/imap/open-folder.ts';
import { withPipe } from '../../shared/imap/pipe/pipe.ts';
import { pipedFolder } from '../../shared/imap/pipe/piped-folder.ts';
import { selectFolder } from '../../shared/imap/selected.ts';
import { type MailSession, withSession } from '../../shared/imap/session.ts';
import { type KeywordChange, type StoreEvidence, storeKeywords } from '../../shared/imap/store-keywords.ts';
import { uidSet } from '../../shared/mail/uid-set.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

type Within = <Result>(session: MailSession, act: (folder: OpenFolder) => Promise<Result>) => Promise<Result>;
const WAYS: Readonly<Record<string, Within>> = {
  'one by one': (session, act) => act(openFolderOf(session)),
  piped: (session, act) => {
    const about = { condstore: session.condstore, keeps: keepsBy(session) };
    return withPipe(session, (pipe) => act(pipedFolder(pipe, about)));
  },
};

for (const [way, within] of Object.entries(WAYS))
  describe(`storing keywords, ${way}`, () => {
    let server: Dovecot;
    let plain: Dovecot;
    before(async () => {
      server = await startDovecot();
      plain = await startDovecot({ capability: capabilityWithout('CONDSTORE', 'QRESYNC') });
    });
    after(async () => {
      await server?.stop();
      await plain?.stop();
    });

    /** Three messages; `meanwhile` happens after the HIGHESTMODSEQ of the look. */
    const store = async (
      on: Dovecot,
      user: string,
      change: Omit<KeywordChange, 'unchangedSince'>,
      meanwhile: (oracle: DovecotOracle) => Promise<void>,
    ): Promise<{ evidence: StoreEvidence; flags: (readonly string[])[] }> => {
      const oracle = dovecotOracle(on);
      await oracle.deliverAll(
        user,
        'Archive',
        [1, 2, 3].map(() => ({ source: letter(), flags: ['\\Seen'] })),
      );
      const { highestModseq } = await oracle.status(user, 'Archive');
      await meanwhile(oracle);
      const evidence = await withSession(
        {
          server: { host: on.host, port: on.port, tls: 'implicit', user, ca: on.ca },
          credential: { kind: 'password', password: on.users[user] ?? '' },
          egress: LOOPBACK_ONLY,
          timeoutMs: 10_000,
        },
        async (session) => {
          await enableChanges(session);
          await selectFolder(session, 'Archive', { write: true });
          return await within(session, (folder) =>
            storeKeywords(folder, [[1, 3]], { ...change, unchangedSince: highestModseq }),
          );
        },
      );
      return { evidence, flags: (await oracle.listMessages(user, 'Archive')).map((message) => message.flags) };
    };
    const change = { add: ['$flagged', 'ruled'], remove: ['$seen'] };

    it('leaves what the person changed of these keywords, and changes the others, also those changed otherwise', async () => {
      const { evidence, flags } = await store(server, 'alice', change, async (oracle) => {
        await oracle.removeFlags('alice', 'Archive', 1, ['\\Seen']);
        await oracle.addFlags('alice', 'Archive', 2, ['\\Answered']);
      });
      assert.deepEqual(evidence, { stored: [[2, 3]], refused: [], changed: uidSet([1]) });
      assert.deepEqual(flags, [[], ['\\Answered', '\\Flagged', 'ruled'], ['\\Flagged', 'ruled']]);
    });

    it('what somebody did in full is done', async () => {
      const { evidence, flags } = await store(server, 'bob', { add: ['$flagged'], remove: [] }, async (oracle) => {
        await oracle.addFlags('bob', 'Archive', 1, ['\\Flagged']);
        await oracle.expunge('bob', 'Archive', 2);
      });
      assert.deepEqual(evidence, { stored: uidSet([1, 3]), refused: [], changed: [] });
      assert.deepEqual(flags, [
        ['\\Flagged', '\\Seen'],
        ['\\Flagged', '\\Seen'],
      ]);
    });

    it('without mod-sequences everything is stored', async () => {
      const { evidence } = await store(plain, 'alice', change, async () => undefined);
      assert.deepEqual(evidence, { stored: [[1, 3]], refused: [], changed: [] });
    });
  });
