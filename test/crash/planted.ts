/** Bugs that engines have had that write to mailboxes. Each is put into the product for a run of its own, and has to be noticed. */
import type { Planting } from '../chaos/plant.ts';

const DRAFT = 'shared/service/effects/draft.ts';

export const PLANTED_EFFECT_BUGS: readonly Planting[] = [
  {
    name: 'draft-sent-again-without-a-look',
    file: DRAFT,
    find: '  if (sentBefore !== undefined) {\n    const found',
    replace: '  if (sentBefore === null) {\n    const found',
  },
  {
    name: 'copy-sent-again-without-a-look',
    file: 'shared/service/effects/transfer.ts',
    find: 'sentBefore === undefined ? fresh(command) : await takeStock(run, command, { target: sentBefore })',
    replace: 'fresh(command) ?? (await takeStock(run, command, { target: command.target }))',
  },
  {
    name: 'uidnext-moved-forward-on-retry',
    file: DRAFT,
    find: 'const found = await findDraft(run, command, sentBefore);',
    replace: `const anew = await prepareTarget(run.session, command.target);
    const found = await findDraft(run, command, typeof anew === 'string' ? sentBefore : anew);`,
  },
  {
    name: 'search-header-trusted',
    file: DRAFT,
    find: 'const ours = arrived.messages.find((one) => isOurs(command, one));',
    replace: `const hits = await run.session.client.search({ header: { 'x-mailyard-effect': command.effectId } }, { uid: true });
  const ours = arrived.messages.find(({ uid }) => hits && hits.includes(uid));`,
  },
  {
    name: 'doubles-never-looked-for',
    file: 'shared/service/timers/sweep.ts',
    find: 'if (state.attempt === 1 && !tookOver) return [];',
    replace: 'return [];',
  },
  {
    name: 'sweep-takes-the-proved-draft-too',
    file: DRAFT,
    find: 'isOurs(command, one) && one.uid !== kept &&',
    replace: 'isOurs(command, one) &&',
  },
  {
    name: 'head-epoch-not-checked',
    file: 'shared/store/lease.ts',
    find: "const IF_MINE = 'epoch = :mine AND #state <> :deleting';",
    replace: "const IF_MINE = '(epoch = :mine OR epoch <> :mine) AND #state <> :deleting';",
  },
  {
    name: 'part-epoch-not-checked',
    file: 'shared/store/journal.ts',
    find: "{ epoch, state }, 'epoch = :epoch');",
    replace: "{ epoch, state }, '(epoch = :epoch OR epoch <> :epoch)');",
  },
  {
    name: 'decided-again-after-a-crash',
    file: 'shared/service/finish-run.ts',
    find: '  await enterDecided(books, parts);',
    replace: '',
  },
  {
    name: 'open-journal-forgotten',
    file: 'shared/service/sync-account.ts',
    find: '  if (head.openJournal !== undefined) {',
    replace: '  if (head.openJournal === null) {',
  },
  {
    name: 'taken-away-and-sent-again',
    file: 'shared/imap/lookup.ts',
    find: 'const someGone = target.uidNext !== undefined && uidNext - from > all.length;',
    replace: 'const someGone = target.uidNext !== undefined && uidNext - from < 0;',
  },
  {
    name: 'journal-closed-before-the-effects',
    file: 'shared/service/sync-account.ts',
    find: '  parts.forEach(tell);\n',
    replace: '  parts.forEach(tell);\n  await commitHead(deps.table, lease, { openJournal: null });\n',
  },
  {
    name: 'plain-expunge',
    file: 'shared/imap/effects.ts',
    find: 'if (session.uidplus) await answered(client.messageDelete(',
    replace: 'if (client !== undefined) await answered(client.messageDelete(',
  },
  {
    name: 'flags-replaced',
    file: 'shared/imap/pipe/piped-folder.ts',
    find: 'sign}FLAGS.SILENT',
    replace: "''}FLAGS.SILENT",
  },
  {
    name: 'moved-back-and-moved-again',
    file: 'shared/service/moved-back.ts',
    find: 'if (acting.length === 0) return [...decided];',
    replace: 'if (acting.length >= 0) return [...decided];',
  },
];

export const plantedEffectBug = (name: string): Planting => {
  const bug = PLANTED_EFFECT_BUGS.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`there is no planted bug ${name}`);
  return bug;
};
