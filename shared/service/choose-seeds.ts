/** Which folders of a run are mirrored in bulk, and whether this run is for them. */
import { quotedName } from '../imap/bulk/folder-name.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { type PlanContext, planFolder } from '../sync/plan.ts';
import { type RuleContext, rulesWatching } from './apply-rules.ts';
import type { Books } from './books.ts';
import type { Seed } from './seed-folders.ts';

export type Choice = {
  readonly seeds: readonly Seed[];
  /** Something else changed too: that is seen to first, as bulk reading ends the connection. */
  readonly others: boolean;
};

export const chooseSeeds = (
  books: Books,
  folders: readonly ListedFolder[],
  plan: PlanContext,
  rules: RuleContext,
  applyToExisting: boolean,
): Choice => {
  const seeds: Seed[] = [];
  let others = false;
  for (const folder of folders) {
    const { status } = folder;
    const cursor = books.cursorAt(folder.path);
    const { kind } = planFolder(cursor, folder, plan);
    if (kind === 'unchanged' || status === undefined) continue;
    // Only mail that no rule is asked about can be read as mere flags.
    const silent = kind === 'reseed' || (kind === 'first' && !(applyToExisting && isWatched(rules, folder)));
    if (!silent || !canBeNamed(folder)) {
      others = true;
      continue;
    }
    // What has come nowhere yet begins anew, as of now.
    if (kind === 'reseed' || !cursor?.seededTo) seeds.push({ folder, status, seededTo: 0 });
    else {
      const { seededTo, id: _id, path: _path, role: _role, ...began } = cursor;
      seeds.push({ folder, status: began, seededTo });
    }
  }
  const messages = seeds.reduce((sum, { status }) => sum + status.messages, 0);
  const pays = seeds.length >= LIMITS.seedFoldersMin || messages >= LIMITS.seedMessagesMin;
  return pays || seeds.some(({ seededTo }) => seededTo > 0) ? { seeds, others } : { seeds: [], others: true };
};

export const isWatched = (rules: RuleContext, { path }: ListedFolder): boolean => rulesWatching(rules, path).length > 0;

export const canBeNamed = ({ path, pathAsListed }: ListedFolder): boolean =>
  quotedName({ path, ...(pathAsListed === undefined ? {} : { pathAsListed }) }, false) !== undefined;
