/** What another client does next, by draw. */
import type { Act, Chosen, Place } from './acts.ts';
import type { Dice } from './dice.ts';
import { FOLDER_NAMES, KEYWORDS, LETTERS_MAX, SYSTEM_FLAGS } from './words.ts';

export const actOf = (dice: Dice): Act => {
  const folder = folderOf(dice);
  return dice.weighted<() => Act>([
    [12, () => deliverTo(dice)],
    [16, () => ({ do: 'flag', folder, which: chosen(dice), flags: flagsOf(dice) })],
    [9, () => ({ do: 'unflag', folder, which: chosen(dice), flags: flagsOf(dice) })],
    [8, () => ({ do: 'expunge', folder, which: chosen(dice) })],
    [5, () => ({ do: 'replace', folder, which: chosen(dice) })],
    [8, () => ({ do: 'move', folder, which: chosen(dice), to: folderOf(dice) })],
    [5, () => ({ do: 'copy', folder, which: chosen(dice), to: folderOf(dice) })],
    [4, () => ({ do: 'create', under: parentOf(dice), name: nameOf(dice) })],
    [4, () => ({ do: 'rename', folder: otherFolderOf(dice), under: parentOf(dice), name: nameOf(dice) })],
    [3, () => ({ do: 'delete', folder: otherFolderOf(dice) })],
    [4, () => ({ do: 'recreate', folder: otherFolderOf(dice) })],
    [2, () => ({ do: 'swap', folder: otherFolderOf(dice), with: dice.share() })],
    [3, () => ({ do: 'uidvalidity', folder, value: dice.int(1, 2_000_000_000) })],
    [1, () => crowdOf(dice, 120)],
  ])();
};

/** One that a status hardly tells of. */
export const quietActOf = (dice: Dice, folder: Place, which = chosen(dice)): Act =>
  dice.weighted<() => Act>([
    [2, () => ({ do: 'flag', folder, which, flags: flagsOf(dice) })],
    [1, () => ({ do: 'expunge', folder, which })],
    [2, () => ({ do: 'expunge', folder, which: { read: true } })],
  ])();

/** What counts tell of is found in any case: flags are what a look may miss for good. */
export const flagOf = (dice: Dice, folder: Place): Act => ({
  do: 'flag',
  folder,
  which: chosen(dice),
  flags: flagsOf(dice),
});

/** Often the same one, or its changes would never meet. */
export const folderOf = (dice: Dice): Place => (dice.chance(0.4) ? 'INBOX' : dice.share());
/** INBOX cannot be renamed nor deleted. */
const otherFolderOf = (dice: Dice): number => (dice.chance(0.35) ? 0.3 : dice.share());
const parentOf = (dice: Dice): number | undefined => (dice.chance(0.4) ? dice.share() : undefined);
export const nameOf = (dice: Dice): number => dice.int(0, FOLDER_NAMES.length - 1);

const chosen = (dice: Dice): Chosen =>
  dice.weighted<() => Chosen>([
    [5, () => ({ share: 0.3, salt: dice.int(1, 1_000) })],
    [2, () => ({ share: 0.05, salt: dice.int(1, 1_000) })],
    [1, () => ({ share: 1, salt: 1 })],
    [3, () => ({ newest: dice.int(1, 3) })],
    [3, () => ({ read: true })],
  ])();

const flagsOf = (dice: Dice): string[] =>
  dice.chance(0.5)
    ? dice.some(SYSTEM_FLAGS, dice.int(1, 2))
    : [...dice.some(KEYWORDS, dice.int(1, 6)), ...(dice.chance(0.2) ? ['\\Seen'] : [])];

export const deliverTo = (dice: Dice): Act => ({
  do: 'deliver',
  folder: folderOf(dice),
  count: dice.int(1, LETTERS_MAX),
  flags: dice.chance(0.6) ? [] : flagsOf(dice),
});

export const crowdOf = (dice: Dice, count: number, folder = folderOf(dice)): Act => ({
  do: 'crowd',
  folder,
  count: dice.int(count >> 1, count),
  keywords: dice.some(KEYWORDS, dice.int(10, 30)),
});
