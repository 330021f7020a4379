/** `function`: a function that the operator gave a name says what becomes of the message, among the actions permitted here. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { quoted } from '../fold.ts';
import { functionCallShape } from '../function-call.ts';
import { strictObject } from '../strict-object.ts';

/** All but what calls a function again, and what cannot be taken back. */
export const PERMITTED = [
  'move',
  'copy',
  'archive',
  'trash',
  'markJunk',
  'markNotJunk',
  'markSeen',
  'markUnseen',
  'flag',
  'unflag',
  'addKeywords',
  'removeKeywords',
  'setImportance',
  'createDraft',
  'expire',
  'snooze',
  'webhook',
  'stop',
  'keep',
] as const;

const schema = strictObject({
  type: z.literal('function'),
  ...functionCallShape,
  /** The types of actions that its answer may hold. */
  permits: z
    .array(z.enum(PERMITTED, `must be one of ${PERMITTED.join(', ')}`), 'must be a list of types of actions')
    .min(1, 'must permit at least one action')
    .max(PERMITTED.length, `must be at most ${PERMITTED.length} actions`),
});

export const functionAction: ActionKind<typeof schema> = {
  type: 'function',
  schema,
  needs: ({ headers, body }) => ({ headers: headers.map((name) => name.toLowerCase()), body }),
  intent: () => ({}),
  decide: ({ type: _type, permits, ...call }, { ruleId, simulation, view }) => {
    const answer = view.ask(call);
    if (answer !== undefined) return { simulation, answer: { actions: answer.actions ?? [], permits } };
    const detail = `the function ${quoted(call.name)} gave no answer`;
    return { problem: { ruleId, reason: 'function-unanswered', detail }, simulation };
  },
};
