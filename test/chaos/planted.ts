/** Bugs that sync engines have had. Each is put into the product for a run of its own, and has to be noticed. */

export type PlantedBug = {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** In the file exactly once. */
  readonly find: string;
  readonly replace: string;
};

export const PLANTED: readonly PlantedBug[] = [
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
    find: 'if (atRest) books.settle(folder, status);',
    replace:
      "if (atRest) books.settle(folder, (await (await import('../imap/folders.ts')).folderStatus(session, folder.path)) ?? status);",
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
    find: 'if (expected === existsNow(session)) return',
    replace: 'if (expected >= 0) return',
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
  await commit(deps, { ...input, digest }, books, { more, armed: parts.length > 0 });`,
    replace: `  await books.saveCursors();
  await commit(deps, { ...input, digest }, books, { more, armed: parts.length > 0 });
  await books.mirrors.save();`,
  },
  {
    name: 'journal-recovery-skipped',
    file: 'shared/service/finish-run.ts',
    find: '  await enterDecided(books, parts);\n',
    replace: '',
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
    name: 'vanished-folders-kept',
    file: 'shared/service/gather.ts',
    find: 'if (!there.has(cursor.path)) books.drop(cursor);',
    replace: 'if (there.has(cursor.id)) books.drop(cursor);',
  },
  {
    name: 'changed-flags-lose',
    file: 'shared/sync/message-list.ts',
    find: 'their <= our ? theirs[',
    replace: 'their < our ? theirs[',
  },
];

export const plantedBug = (name: string): PlantedBug => {
  const bug = PLANTED.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`there is no planted bug ${name}`);
  return bug;
};
