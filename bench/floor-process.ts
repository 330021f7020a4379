/** The floor in a process of its own, as ours is. */
import { answerParent } from './child.ts';
import { type FloorTarget, type FloorWork, runFloor } from './floor.ts';
import { type Measured, measured } from './measured.ts';

/** Rows of each kind in the server's last answer: that it did say what was asked. */
export type FloorRun = Measured & { readonly listed: number; readonly fetched: number; readonly vanished: boolean };

const handlers = {
  run: async (target: FloorTarget, work: FloorWork): Promise<FloorRun> => {
    const { text, ...figures } = await measured(async () => ({ text: await runFloor(target, work) }));
    const said = text();
    return {
      ...figures,
      listed: countOf(said, /^\* LIST /gm),
      fetched: countOf(said, /^\* \d+ FETCH /gm),
      vanished: said.includes('\n* VANISHED (EARLIER) '),
    };
  },
};
export type FloorCalls = typeof handlers;

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

answerParent(handlers);
