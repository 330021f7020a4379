/** `bcc`: a display name or address in the Bcc header fits the text, which only drafts and sent mail have. */
import { peopleCondition } from './people.ts';

export const bccCondition = peopleCondition('bcc');
