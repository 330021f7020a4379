/** `duplicate`: a message of the same Message-ID was seen before (RFC 7352). */
import { booleanCondition } from './boolean.ts';

export const duplicateCondition = booleanCondition({
  name: 'duplicate',
  yes: 'was seen before',
  no: 'was not seen before',
  notKnown: 'nobody looked whether it was seen before',
  compile:
    () =>
    ({ history }) =>
      history.isDuplicate,
});
