/** `to`: a display name or address in the To header fits the text. */
import { peopleCondition } from './people.ts';

export const toCondition = peopleCondition('to');
