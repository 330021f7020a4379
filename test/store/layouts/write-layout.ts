/**
 * `node test/store/layouts/write-layout.ts`: keeps what this release writes, as layout-<n>.json, for all later ones to be tested with. Run
 * once for each layout, when it is released; a file that is there is never written again.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bringUpToDate, LAYOUTS } from '../../../shared/store/layout.ts';
import { allItems } from '../../api/api-under-test.ts';
import { startDovecot } from '../../support/dovecot.ts';
import { dovecotOracle } from '../../support/dovecot-oracle.ts';
import { letter } from '../../support/mail.ts';
import { checkUntilQuiet, startYard } from '../../support/yard.ts';
import { toJson } from './items-as-json.ts';

const file = path.join(import.meta.dirname, `layout-${LAYOUTS.current}.json`);
if (existsSync(file)) throw new Error(`${file} is there: what was released does not change`);
const server = await startDovecot();
const oracle = dovecotOracle(server);
const yard = await startYard();
try {
  await bringUpToDate(yard.deps.table);
  const ref = await yard.addAccount(server, 'alice', { tenant: 'acme' });
  await yard.addRule(ref, {
    name: 'Invoices',
    conditions: { subject: 'invoice' },
    actions: [{ type: 'move', mailbox: { role: 'archive' } }],
  });
  await yard.addRule(ref, { name: 'Twice', conditions: { duplicate: true }, actions: [{ type: 'flag' }] });
  await oracle.deliver('alice', 'INBOX', letter({ subject: 'Hello' }), ['\\Seen']);
  await checkUntilQuiet(yard, ref);
  await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 1' }));
  await oracle.deliver('alice', 'INBOX', letter({ subject: 'Lunch?' }));
  await checkUntilQuiet(yard, ref);
  writeFileSync(file, toJson(await allItems(yard.deps.table)));
} finally {
  await yard.stop();
  await server.stop();
}
