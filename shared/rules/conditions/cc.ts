/** `cc`: display name or address in the Cc header contains the text. */
import { peopleCondition } from './people.ts';

export const ccCondition = peopleCondition('cc');
