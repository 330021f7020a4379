/** Which revision a change was made from: whatever is there, or one of those named (RFC 9110 section 13.1.1). */
import { MailyardError } from '../errors.ts';

export type RevisionWanted = 'any' | readonly number[];

/** Throws `precondition.failed`. */
export const requireRevision = (revision: number, wanted: RevisionWanted): void => {
  if (wanted === 'any' || wanted.includes(revision)) return;
  throw new MailyardError('precondition.failed', 'it was changed since you read it; read it again');
};
