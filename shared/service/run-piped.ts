/**
 * Carries out what is asked of one folder at once: the commands leave together, and each part goes on with its own answer. What
 * is written down before a command is sent, and what proves it, are the same as where it is carried out alone.
 */

import { keepsBy } from '../imap/open-folder.ts';
import { canPipe, withPipe } from '../imap/pipe/pipe.ts';
import { pipedFolder } from '../imap/pipe/piped-folder.ts';
import { LIMITS } from '../limits.ts';
import { isFinal, type OpenState, type PartState, sharesMessages } from '../sync/journal.ts';
import type { EffectRun, PipedRun } from './effects/kind.ts';
import { openSource } from './effects/source.ts';
import { effectOf } from './effects/table.ts';
import type { CarryOut, EffectPart, EffectsContext } from './run-effects.ts';

type RunPart = (part: EffectPart, before: OpenState, carryOut: CarryOut) => Promise<PartState>;

/**
 * The first of `parts` with what they came to; none where they have to be carried out one by one. One that is open, and was not
 * refused, is still to be carried out alone.
 */
export const runPiped = async (
  context: EffectsContext & EffectRun,
  parts: readonly EffectPart[],
  isFree: (part: EffectPart) => boolean,
  runPart: RunPart,
): Promise<EffectPart[]> => {
  const { session } = context;
  const group = suited(context, parts, isFree);
  const [first] = group;
  if (first === undefined) return [];
  if ((await openSource(session, first.command.source)) !== undefined) return [];
  const about = { condstore: session.condstore, keeps: keepsBy(session) };
  return await withPipe(session, async (pipe) => {
    const folder = pipedFolder(pipe, about);
    const running: { readonly part: EffectPart; readonly ended: Promise<PartState> }[] = [];
    for (const part of group) {
      const before = running.filter((one) => sharesMessages(one.part.command, part.command));
      const turn: PipedRun['turn'] = async () => {
        const states = await Promise.all(before.map(({ ended }) => ended));
        return states.every(isFinal);
      };
      const run = { ...context, folder, turn };
      const { piped } = effectOf(part.command);
      const ended = runPart(part, part.state as OpenState, async (attempt) => await piped?.run(run, attempt));
      running.push({ part, ended });
    }
    // What the others came to is written down, also where one cannot go on.
    await Promise.allSettled(running.map(({ ended }) => ended));
    return await Promise.all(running.map(async ({ part, ended }) => ({ ...part, state: await ended })));
  });
};

/** As many from the front as may go at once: of one folder, none of them tried before. */
const suited = (
  { session, together }: EffectsContext,
  parts: readonly EffectPart[],
  isFree: (part: EffectPart) => boolean,
): EffectPart[] => {
  if (together !== true || !canPipe(session)) return [];
  const source = parts[0]?.command.source;
  const end = parts.findIndex(
    (part) =>
      part.command.source.folderId !== source?.folderId ||
      part.command.source.uidValidity !== source.uidValidity ||
      part.state.state !== 'planned' ||
      part.state.attempt > 1 ||
      !isFree(part) ||
      effectOf(part.command).piped?.suits(session, part.command) !== true,
  );
  return parts.slice(0, Math.min(end < 0 ? parts.length : end, LIMITS.effectsAtOnceMax));
};
