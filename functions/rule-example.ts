/**
 * An example of a function that rules may call: does the message ask its owner for something? In a condition it says so; in an action it
 * flags what asks, and more urgently what asks soon. `input` may name further words, separated by commas.
 */
import middy from '@middy/core';
import type { FunctionQuestion } from '../shared/service/ask-functions.ts';

type Answer = { readonly matches: boolean; readonly actions: readonly object[] };

const ASKS = ['please', 'could you', 'can you', 'would you', 'bitte', 'können sie', 'pouvez-vous'];
const SOON = ['today', 'tomorrow', 'asap', 'urgent', 'deadline', 'heute', 'morgen', 'dringend', 'aujourd’hui'];

export const handler = middy<FunctionQuestion, Answer>().handler(async ({ message, input = '' }) => {
  const subject = message.headers.find(([name]) => name === 'subject')?.[1] ?? '';
  const text = `${subject}\n${message.bodyText ?? ''}`.toLowerCase();
  const own = input
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  const matches = text.includes('?') || [...ASKS, ...own].some((word) => text.includes(word));
  const isSoon = matches && SOON.some((word) => text.includes(word));
  const flags = matches ? [{ type: 'flag' }] : [];
  return { matches, actions: isSoon ? [...flags, { type: 'setImportance', importance: 'high' }] : flags };
});
