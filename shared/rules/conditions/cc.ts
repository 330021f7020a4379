/** `cc`: a display name or address in the Cc header fits the text. */
import { peopleCondition } from './people.ts';

export const ccCondition = peopleCondition('cc');
