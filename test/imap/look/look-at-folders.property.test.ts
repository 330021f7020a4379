import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { listFolders } from '../../../shared/imap/folders.ts';
import { lookAtFolders } from '../../../shared/imap/look/look-at-folders.ts';
import type { ListedFolder } from '../../../shared/mail/folder.ts';
import { startListServer } from './list-server.ts';

let script = '';
const server = await startListServer(() => `${script}% OK done\r\n`);
after(server.stop);

const literal = (text: string): string => `{${Buffer.byteLength(text)}}\r\n${text}`;
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const segment = fc.oneof(
  fc.constantFrom('INBOX', 'inbox', 'Sent', 'Sent Mail', 'Gesendet', 'Drafts', 'Trash', 'Bin', 'Archive', 'A', 'b'),
  fc.constantFrom('&AOQ-', '&-', 'R&D', '&Jjo', '&AA', 'é', '日本', 'a"b', 'a\\b', 'a]b', 'x~', 'NIL', '7', '+', '{3}'),
  fc.string({ maxLength: 6 }).filter((text) => !/[\r\n%]/.test(text)),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !/[\r\n%]/.test(text)),
);
const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
/** A name as an atom, a quoted string or a literal: atoms only of what an atom may hold, and a little beyond. */
const spelt = fc
  .tuple(name, fc.nat(5))
  .map(([text, how]) => (how === 0 ? literal(text) : how === 1 && /^[^\s"(){\\]+$/.test(text) ? text : quoted(text)));
const flag = fc.constantFrom(
  '\\HasNoChildren',
  '\\Noselect',
  '\\noselect',
  '\\NonExistent',
  '\\nonexistent',
  '\\Sent',
  '\\drafts',
  '\\Trash',
  '\\All',
  '\\Important',
  '\\Subscribed',
);
const delimiter = fc.oneof(
  { arbitrary: fc.constantFrom('"/"', '"."', 'NIL', '"\\\\"'), weight: 20 },
  { arbitrary: fc.constantFrom('nil', '""', '"//"'), weight: 1 },
);
const number = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('0', '4294967295', '4294967296', '-1', '1e5', 'x', '"7"'),
);
const items = fc.shuffledSubarray(['MESSAGES', 'UIDNEXT', 'uidvalidity', 'UNSEEN', 'HIGHESTMODSEQ', 'SIZE', 'X-NEW'], {
  minLength: 3,
});
const statusOf = (mailbox: string) =>
  fc
    .tuple(items, fc.array(number, { minLength: 7, maxLength: 7 }))
    .map(([asked, values]) => `* STATUS ${mailbox} (${asked.map((item, i) => `${item} ${values[i]}`).join(' ')})\r\n`);
const folder = fc
  .tuple(fc.uniqueArray(flag, { maxLength: 3 }), delimiter, spelt, fc.nat(9))
  .chain(([flags, separator, mailbox, luck]) => {
    const extended = luck === 0 ? ' ("CHILDINFO" ("SUBSCRIBED"))' : '';
    const listed = `* LIST (${flags.join(' ')}) ${separator} ${mailbox}${extended}\r\n`;
    return statusOf(mailbox).map((status) => (luck === 1 ? [listed] : [listed, status]));
  });
const stray = fc.oneof(
  statusOf('Gone'),
  fc.constantFrom(
    '* OK still here\r\n',
    '* 3 EXISTS\r\n',
    '* LIST junk\r\n',
    '* STATUS "A"\r\n',
    '* NO [ALERT] full\r\n',
  ),
);

const inOrder = (folders: readonly ListedFolder[]): ListedFolder[] =>
  [...folders].sort((a, b) => JSON.stringify(bare(a)).localeCompare(JSON.stringify(bare(b))));
const bare = (listed: ListedFolder) => ({ ...listed, status: String(listed.status?.highestModseq ?? listed.status) });

test('a look sees what imapflow sees, whatever the rows are, and the connection goes on', async () => {
  let readHere = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ arbitrary: folder, weight: 20 }, { arbitrary: stray.map((line) => [line]), weight: 1 }), {
        maxLength: 8,
      }),
      async (rows) => {
        script = rows.flat().join('');
        const theirs = await server.login();
        const wanted = inOrder(await listFolders(theirs));
        theirs.client.close();
        const session = await server.login();
        const from = server.asked.length;
        const { folders, goOn } = await lookAtFolders(session);
        if (server.asked.length === from + 1) readHere += 1;
        assert.deepEqual(inOrder(folders), wanted);
        await goOn();
        assert.deepEqual(inOrder(await listFolders(session)), wanted);
        session.client.close();
      },
    ),
    { numRuns: 300 },
  );
  // Or nothing would be shown but that imapflow agrees with itself.
  assert.ok(readHere > 75, `only ${readHere} of 300 listings were read here`);
});
