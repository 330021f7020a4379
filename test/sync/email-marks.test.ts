/** EMAILIDs in the journal: eight bytes a message of a move where the server has them, and nothing anywhere else. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { emailMarkOf } from '../../shared/mail/fingerprint.ts';
import { uidsOf } from '../../shared/mail/uid-set.ts';
import { batchEffects, splitCommand } from '../../shared/sync/batch.ts';
import type { EffectCommand, JournalPart, TransferCommand } from '../../shared/sync/journal.ts';
import { decodePart, encodePart } from '../../shared/sync/journal-codec.ts';

const PART_BYTES = 4_096;

/** Each message is copied and moved; `emailId` of a UID, where it has one. */
const commandsFor = (count: number, emailId: (uid: number) => string | undefined): EffectCommand[] => {
  const source = { folderId: 'f1', path: 'INBOX', uidValidity: 7 };
  const effects = (['copy', 'move'] as const).map((kind) => ({
    kind,
    ruleId: 'r1',
    mailbox: kind === 'copy' ? 'Copies' : 'Bills',
    create: false,
  }));
  const messages = Array.from({ length: count }, (_, i) => ({
    uid: count - i,
    trigger: 'arrival',
    fingerprint: `print${String(count - i).padStart(3, '0')}`,
    emailId: emailId(count - i),
    keywords: [],
    decision: { effects },
  }));
  return batchEffects(source, messages, {
    accountId: 'a1',
    requester: (ruleId) => ({ by: 'rule', ruleId, ruleName: 'Bills' }),
    target: (path, create) => ({ path, create, uidValidity: 8, uidNext: 1 }),
    draftsPath: undefined,
  });
};
const partOf = (command: EffectCommand): JournalPart => ({
  n: 1,
  kind: 'effect',
  command,
  state: { state: 'planned', attempt: 1 },
});
const moveOf = (commands: readonly EffectCommand[]): TransferCommand => {
  const found = commands.find(({ kind }) => kind === 'move');
  assert.ok(found !== undefined);
  return found as TransferCommand;
};
const idOf = (uid: number): string => `0123456789abcdef0123456789ab${uid.toString(16).padStart(4, '0')}`;

it('are kept of moves alone, each with its own message, also where a command is split', () => {
  const commands = commandsFor(300, idOf);
  assert.ok(commands.some((command) => command.kind === 'copy' && command.emailMarks === undefined));
  const pieces = splitCommand(moveOf(commands), PART_BYTES) as TransferCommand[];
  assert.ok(pieces.length > 1);
  for (const piece of pieces) {
    const stored = encodePart(partOf(piece));
    assert.ok(Buffer.byteLength(stored.body) < PART_BYTES);
    assert.deepEqual(decodePart(stored), partOf(piece));
    assert.deepEqual(
      piece.emailMarks,
      [...uidsOf(piece.uids)].map((uid) => emailMarkOf(idOf(uid))),
    );
  }
});

it('cost eight bytes a message, and none where the server has no EMAILIDs or leaves one out', () => {
  const bytesFor = (emailId: (uid: number) => string | undefined): number =>
    Buffer.byteLength(encodePart(partOf(moveOf(commandsFor(20, emailId)))).body);
  const without = bytesFor(() => undefined);
  assert.equal(bytesFor(idOf) - without, 20 * 8 + ',"emailMarks":""'.length);
  assert.equal(
    bytesFor((uid) => (uid === 9 ? undefined : idOf(uid))),
    without,
  );
  assert.doesNotMatch(encodePart(partOf(moveOf(commandsFor(2, () => undefined)))).body, /email/);
});
