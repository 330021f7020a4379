/** `from`: a display name or address in the From header fits the text. */
import { peopleCondition } from './people.ts';

export const fromCondition = peopleCondition('from');
