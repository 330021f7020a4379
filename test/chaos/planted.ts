/** Bugs that sync engines have had. Each is put into the product for a run of its own, and has to be noticed. */
import type { Planting } from './plant.ts';

export const PLANTED: readonly Planting[] = [
  {
    name: 'keyword-case-kept',
    file: 'shared/mail/keyword.ts',
    find: "if (!flag.startsWith('\\\\')) return flag.toLowerCase();",
    replace: "if (!flag.startsWith('\\\\')) return flag;",
  },
  {
    name: 'uidvalidity-ignored',
    file: 'shared/sync/plan.ts',
    find: 'if (status.uidValidity !== cursor.uidValidity) {',
    replace: 'if (status.uidValidity === 0) {',
  },
  {
    name: 'cursor-advanced-though-incomplete',
    file: 'shared/service/gather.ts',
    find: 'const atRest = seen.complete && ',
    replace: 'const atRest = ',
  },
  {
    name: 'modseq-taken-after-the-listing',
    file: 'shared/service/gather.ts',
    find: 'if (atRest) books.settle(folder, status,',
    // Dovecot tells of the open folder what it told last, until NOOP brings it up to date. A connection that ends with its folders
    // answers nothing any more.
    replace: `const { folderStatus } = await import('../imap/folders.ts');
    if (last === undefined) await session.client.noop();
    const now = last === undefined ? await folderStatus(session, folder.path) : undefined;
    if (atRest) books.settle(folder, now ?? status,`,
  },
  {
    name: 'modseq-of-now-after-a-listing-in-pieces',
    file: 'shared/service/seed-folders.ts',
    find: 'books.settle(folder, status, work.seededTo',
    replace: 'books.settle(folder, folder.status ?? status, work.seededTo',
  },
  {
    name: 'deletions-from-a-partial-listing',
    file: 'shared/service/observe-folder.ts',
    find: 'gone: NO_UIDS, complete };',
    replace: 'gone, complete };',
  },
  {
    name: 'expunge-diff-skipped',
    file: 'shared/imap/listing.ts',
    find: 'if (!isMissed && uidCount(held) === existsNow(session)) return',
    replace: 'if (uidCount(held) >= 0) return',
  },
  {
    name: 'top-vanished-lost',
    file: 'shared/service/observe-folder.ts',
    find: "if (messages.uids.length !== seen.exists) return 'something-missing';",
    replace: '',
  },
  {
    name: 'new-only-by-a-high-uid',
    file: 'shared/service/observe-folder.ts',
    find: 'return { plan, uidValidity, messages: rows, arrived, changed, gone, complete };',
    replace: `const top = before.uids.at(-1) ?? 0;
  const low = arrived.filter(([, last]) => last < top);
  return { plan, uidValidity, messages: withoutMessages(rows, low), arrived, changed, gone, complete };`,
  },
  {
    name: 'segment-range-off-by-one',
    file: 'shared/sync/pack.ts',
    find: 'ordered[index + 1]?.start ?? UID_MAX + 1;',
    replace: '(ordered[index + 1]?.start ?? UID_MAX + 2) - 1;',
  },
  {
    name: 'commit-before-the-mirror',
    file: 'shared/service/sync-account.ts',
    find: `  await books.mirrors.save();
  await books.saveCursors();
  await books.sweep();
  const isUnderWay = await advanceApplications(deps.table, ref, parts, { runId, at: deps.now() });
  await timers.save();
  const timedConfig = timedConfigFor(head, config.rules);
  const outcome = { more, armed: parts.length > 0 ? runId : undefined, failed: refused > 0, timedConfig };
  await commit(deps, { ...input, digest }, books, timers, outcome);`,
    replace: `  await books.saveCursors();
  const isUnderWay = await advanceApplications(deps.table, ref, parts, { runId, at: deps.now() });
  await timers.save();
  const timedConfig = timedConfigFor(head, config.rules);
  const outcome = { more, armed: parts.length > 0 ? runId : undefined, failed: refused > 0, timedConfig };
  await commit(deps, { ...input, digest }, books, timers, outcome);
  await books.mirrors.save();
  await books.sweep();`,
  },
  {
    name: 'journal-recovery-skipped',
    file: 'shared/service/sync-account.ts',
    find: '  if (head.openJournal !== undefined) {',
    replace: '  if (head.openJournal === null) {',
  },
  {
    name: 'sequence-numbers-for-uids',
    file: 'shared/imap/listing.ts',
    find: 'builder.add(row.uid,',
    replace: 'builder.add(row.seq,',
  },
  {
    name: 'digest-without-counts',
    file: 'shared/sync/digest.ts',
    find: 'uidValidity, uidNext, messages, ...flags]',
    replace: 'uidValidity, uidNext, ...flags]',
  },
  {
    name: 'full-look-never-due',
    file: 'shared/sync/plan.ts',
    find: 'cursor.messages > 0 && modseqOf(cursor) === undefined',
    replace: 'cursor.messages < 0 && modseqOf(cursor) === undefined',
  },
  {
    name: 'vanished-folders-kept',
    file: 'shared/service/gather.ts',
    find: 'for (const cursor of gone) books.drop(cursor);',
    replace: 'for (const cursor of gone) if (there.has(cursor.id)) books.drop(cursor);',
  },
  {
    name: 'dead-worker-not-swept-after',
    file: 'shared/service/sync-account.ts',
    find: 'await books.sweepAll();',
    replace: '{}',
  },
  {
    name: 'changed-flags-lose',
    file: 'shared/sync/message-list.ts',
    find: 'both.copy(theirs, i, i + 1);',
    replace: 'if (list.uids[to] === uid) both.copy(ours, to, to + 1); else both.copy(theirs, i, i + 1);',
  },
];

export const plantedBug = (name: string): Planting => {
  const bug = PLANTED.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`there is no planted bug ${name}`);
  return bug;
};
