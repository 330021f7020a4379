/** `notSentToMe`: none of the owner’s addresses is in To. */
import { ownAddresses } from '../own-addresses.ts';
import { booleanCondition } from './boolean.ts';

export const notSentToMeCondition = booleanCondition({
  name: 'notSentToMe',
  needs: { headers: ['to'] },
  yes: 'does not name the owner in To',
  no: 'names the owner in To',
  notKnown: 'the owner’s addresses are not known',
  compile: ownAddresses((isMine) => (view) => !view.persons('to').some(isMine)),
});
