/**
 * Bugs in what makes effects converge, in what sets rules off, in what is told of it, and in how checks are handed out. Each is put into the product for a run of a test that promises the opposite, and that
 * test has to fail: `node test/journeys/planted.ts [name]`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Planting, plant, requirePlace } from '../chaos/plant.ts';
import { PLANTED_DISPATCH } from './planted-dispatch.ts';
import { PLANTED_EVENTS } from './planted-events.ts';
import { PLANTED_RULES } from './planted-rules.ts';

export type PlantedBug = Planting & { readonly test: string; readonly only?: string };

const RESENT = 'test/journeys/resent.test.ts';
const REQUESTED = 'test/journeys/requested.test.ts';
const TWICE = 'test/journeys/twice.test.ts';

const EFFECTS: readonly PlantedBug[] = [
  {
    name: 'no-look-up-before-a-resend',
    file: 'shared/service/effects/draft.ts',
    find: 'if (sentBefore !== undefined) {',
    replace: 'if (sentBefore === null) {',
    test: RESENT,
    only: 'after the server did a APPEND',
  },
  {
    name: 'no-grace-before-a-resend',
    file: 'shared/service/run-effects.ts',
    find: 'if (seconds <= 0) return;',
    replace: 'if (seconds <= 1e9) return;',
    test: RESENT,
    only: 'before the server saw a COPY',
  },
  {
    name: 'uidnext-moved-forward',
    file: 'shared/service/run-effects.ts',
    find: 'const target = sentBefore?.target ?? given;',
    replace: 'const target = { path: "", create: false, ...(sentBefore?.target ?? given), uidNext: 9_999 };',
    test: RESENT,
    only: 'after the server did a COPY',
  },
  {
    name: 'originals-expunged-before-the-copies-are-written-down',
    file: 'shared/service/effects/move-by-copy.ts',
    find: '  await attempt.markCopied(copied);\n',
    replace: '',
    test: 'test/journeys/resent.test.ts',
    only: 'between the copies and the originals',
  },
  {
    name: 'plain-expunge',
    file: 'shared/imap/effects.ts',
    find: 'if (session.uidplus) await answered(client.messageDelete',
    replace: 'if (session !== undefined) await answered(client.messageDelete',
    test: REQUESTED,
    only: 'without UIDPLUS what is removed stays',
  },
  {
    name: 'sweep-takes-what-was-touched',
    file: 'shared/service/effects/remove.ts',
    find: "[...keywords].sort().join(' ') === [...wanted].sort().join(' ');",
    replace: "[...keywords].sort().join(' ') !== [...wanted].join('//');",
    test: RESENT,
    only: 'unless somebody touched it',
  },
  {
    name: 'no-sweep',
    file: 'shared/service/timers/sweep.ts',
    find: 'if (state.attempt === 1 && !tookOver) return [];',
    replace: 'if (state.attempt > 0) return [];',
    test: RESENT,
    only: 'unless somebody touched it',
  },
  {
    name: 'return-value-trusted',
    file: 'shared/imap/store-keywords.ts',
    find: 'if (isDone) seen.stored.push(uid);',
    replace: 'if (isDone || since !== undefined) seen.stored.push(uid);',
    test: 'test/imap/store-keywords.test.ts',
  },
  {
    name: 'unchangedsince-not-sent',
    file: 'shared/imap/store-keywords.ts',
    find: 'const condition = since === undefined ? {} : { unchangedSince: since };',
    replace: 'const condition = since === undefined ? {} : {};',
    test: 'test/imap/store-keywords.test.ts',
  },
  {
    name: 'epoch-not-checked',
    file: 'shared/store/lease.ts',
    find: "const IF_MINE = 'epoch = :mine AND #state <> :deleting';",
    replace: "const IF_MINE = '(epoch = :mine OR epoch <> :mine) AND (#state = :deleting OR #state <> :deleting)';",
    test: 'test/service/delete-account.test.ts',
    only: 'a worker that holds the lease',
  },
  {
    name: 'second-clearing-forgotten',
    file: 'shared/service/delete-account.ts',
    find: 'if (!isAlive && !(await forget(table, ref, account))) return;',
    replace: 'if (isAlive && head === undefined) return;',
    test: 'test/service/delete-account.test.ts',
  },
  {
    name: 'twin-taken-for-moved-back',
    file: 'shared/service/moved-back.ts',
    find: 'if (place !== undefined && (await isThere(session, place))) continue;',
    replace: 'if (place === null) continue;',
    test: TWICE,
    only: 'a letter that came twice',
  },
  {
    name: 'one-refused-folder-fails-all',
    file: 'shared/service/gather.ts',
    find: "if (!isMailyardError(error, 'imap.refused')) throw error;\n      refused += 1;",
    replace: 'throw error;',
    test: TWICE,
    only: 'a folder that will not open',
  },
  {
    name: 'command-after-the-end',
    file: 'shared/imap/session.ts',
    find: 'if (Date.now() < endsAt) return;',
    replace: 'if (Date.now() > 0) return;',
    test: 'test/imap/session.test.ts',
  },
];

export const PLANTED_EFFECTS: readonly PlantedBug[] = [
  ...EFFECTS,
  ...PLANTED_RULES,
  ...PLANTED_EVENTS,
  ...PLANTED_DISPATCH,
];

const ROOT = path.resolve(import.meta.dirname, '../..');

const isCaught = ({ name, test, only }: PlantedBug): boolean => {
  const pattern = only === undefined ? [] : [`--test-name-pattern=${only}`];
  const args = ['--import', import.meta.filename, '--test', '--test-timeout=180000', ...pattern, path.join(ROOT, test)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, PLANTED_EFFECT: name },
    stdio: 'ignore',
  });
  return status !== 0;
};

const planted = process.env['PLANTED_EFFECT'];
if (planted !== undefined) plant(PLANTED_EFFECTS.filter(({ name }) => name === planted));
else if (process.argv[1] === import.meta.filename) {
  const [, , wanted] = process.argv;
  let missed = 0;
  for (const bug of PLANTED_EFFECTS.filter(({ name }) => wanted === undefined || name === wanted)) {
    const caught = isCaught(bug);
    if (!caught) missed += 1;
    console.log(`${caught ? 'caught' : 'MISSED'}  ${bug.name}, by ${bug.test}`);
  }
  process.exitCode = missed === 0 ? 0 : 1;
}

/** Throws where one would change nothing. */
export const requirePlaces = (): void => PLANTED_EFFECTS.forEach(requirePlace);
