/** `from`: display name or address in the From header contains the text. */
import { peopleCondition } from './people.ts';

export const fromCondition = peopleCondition('from');
