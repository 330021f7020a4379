/** From a history that fails to a shorter one that fails alike: greedily, what is not needed is left out. */
import { differenceKind } from './difference-kind.ts';
import type { Check, History, Step } from './history.ts';
import type { Lived } from './live.ts';

const LIVES_MAX = 150;
const SECONDS_MAX = 90;

/** Throws where the history does not fail again. */
export const shrink = async (
  whole: History,
  live: (history: History) => Promise<Lived>,
): Promise<{ readonly history: History; readonly lived: Lived }> => {
  let history = whole;
  let lived = await live(whole);
  const wanted = differenceKind(lived.differences[0] ?? '');
  if (wanted === '') throw new Error('the history did not fail again when it was lived once more');
  let lives = 1;
  const giveUpAt = performance.now() + SECONDS_MAX * 1_000;
  const fails = async (shorter: History): Promise<boolean> => {
    if (lives >= LIVES_MAX || performance.now() > giveUpAt) return false;
    lives += 1;
    const again = await live(shorter).catch(() => undefined);
    if (again === undefined || !again.differences.some((one) => differenceKind(one) === wanted)) return false;
    history = shorter;
    lived = again;
    return true;
  };

  for (let size = history.length >> 1; size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let from = 0; from < history.length; ) {
      if (!(await fails([...history.slice(0, from), ...history.slice(from + size)]))) from += size;
    }
  }
  for (let i = 0; i < history.length; i += 1) {
    for (;;) {
      const step = history[i];
      const tried = step?.do === 'check' ? plainer(step) : [];
      let shorter = false;
      for (const check of tried) shorter ||= await fails(history.map((one, at): Step => (at === i ? check : one)));
      if (!shorter) break;
    }
  }
  return { history, lived };
};

/** The same check with one thing less. */
const plainer = (check: Check): Check[] => [
  ...(check.cut === undefined ? [] : [{ ...check, cut: undefined }]),
  ...check.during.map((_, i) => ({ ...check, during: check.during.filter((_one, at) => at !== i) })),
];
