import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listFolders } from '../../../shared/imap/folders.ts';
import { lookAtFolders } from '../../../shared/imap/look/look-at-folders.ts';
import type { ListedFolder } from '../../../shared/mail/folder.ts';
import { startDovecot } from '../../support/dovecot.ts';
import { asAlice } from '../bulk/dovecot-session.ts';

const byPath = (all: readonly ListedFolder[]): ListedFolder[] => [...all].sort((a, b) => (a.path < b.path ? -1 : 1));

for (const tls of ['implicit', 'starttls'] as const) {
  test(`a session goes on behind a look, ${tls}`, async () => {
    const server = await startDovecot({ tls });
    try {
      await asAlice(
        server,
        async (session) => {
          for (const name of ['Entwürfe', 'R&D', 'With "quotes"', 'Deep/er/still', 'Sent'])
            await session.client.mailboxCreate(name);
          const wanted = await listFolders(session);
          const { folders, goOn } = await lookAtFolders(session);
          assert.deepEqual(byPath(folders), byPath(wanted));
          assert.ok(folders.some(({ path, pathAsListed }) => path === 'Entwürfe' && pathAsListed === 'Entw&APw-rfe'));
          await goOn();
          assert.equal(session.client.secureConnection, true);
          assert.equal((await session.client.mailboxOpen('Entwürfe')).exists, 0);
          assert.deepEqual(byPath(await listFolders(session)), byPath(wanted));
        },
        tls,
      );
    } finally {
      await server.stop();
    }
  });
}
