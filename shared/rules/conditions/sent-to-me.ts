/** `sentToMe`: one of the owner’s addresses is in To. */
import { ownAddresses } from '../own-addresses.ts';
import { booleanCondition } from './boolean.ts';

export const sentToMeCondition = booleanCondition({
  name: 'sentToMe',
  needs: { headers: ['to'] },
  yes: 'was sent to the owner',
  no: 'was not sent to the owner',
  notKnown: 'the owner’s addresses are not known',
  compile: ownAddresses((isMine) => (view) => view.persons('to').some(isMine)),
});
