/** `sentCcMe`: one of the owner’s addresses is in Cc. */
import { ownAddresses } from '../own-addresses.ts';
import { booleanCondition } from './boolean.ts';

export const sentCcMeCondition = booleanCondition({
  name: 'sentCcMe',
  needs: { headers: ['cc'] },
  yes: 'was sent to the owner as a copy',
  no: 'was not sent to the owner as a copy',
  notKnown: 'the owner’s addresses are not known',
  compile: ownAddresses((isMine) => (view) => view.persons('cc').some(isMine)),
});
