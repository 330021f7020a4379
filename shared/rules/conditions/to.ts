/** `to`: display name or address in the To header contains the text. */
import { peopleCondition } from './people.ts';

export const toCondition = peopleCondition('to');
