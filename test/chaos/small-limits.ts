/** Bounds so low that the mailboxes of a history, which are small to be quick, come up against them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Planting } from './plant.ts';

const FILE = 'shared/limits.ts';

const SMALL: Readonly<Record<string, number>> = {
  segmentItemBytesMax: 500,
  cursorPageBytesMax: 300,
  messagesPerRunMax: 40,
  windowMessages: 10,
  massDeletionMessages: 6,
  seedMessagesMin: 100,
  seedPieceMessages: 30,
  seedRunMessages: 100,
  seedPartSourcesMax: 3,
  fetchBatchMessages: 7,
  fetchBodiesBatchMessages: 5,
  bulkCommandsOutstanding: 6,
};

export const smallLimits = (): Planting[] => lowerLimits(SMALL);

/** Time-outs so short that a line which hangs is noticed within a test's patience. */
export const shortTimeouts = (seconds: number): Planting[] =>
  lowerLimits({ connectSeconds: seconds, greetingSeconds: seconds, socketIdleSeconds: seconds });

/** Throws when a bound of that name is gone. */
const lowerLimits = (bounds: Readonly<Record<string, number>>): Planting[] => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../..', FILE), 'utf8');
  return Object.entries(bounds).map(([name, value]) => {
    const [find] = new RegExp(`^ {2}${name}: [\\d_]+,$`, 'm').exec(text) ?? [];
    if (find === undefined) throw new Error(`there is no bound ${name} in ${FILE}`);
    return { name, file: FILE, find, replace: `  ${name}: ${value},` };
  });
};
