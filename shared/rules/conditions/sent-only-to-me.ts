/** `sentOnlyToMe`: To names the owner and nobody else, and Cc nobody. */
import { ownAddresses } from '../own-addresses.ts';
import { booleanCondition } from './boolean.ts';

export const sentOnlyToMeCondition = booleanCondition({
  name: 'sentOnlyToMe',
  needs: { headers: ['to', 'cc'] },
  yes: 'was sent to the owner alone',
  no: 'was not sent to the owner alone',
  notKnown: 'the owner’s addresses are not known',
  compile: ownAddresses((isMine) => (view) => {
    const to = view.persons('to');
    return to.length > 0 && to.every(isMine) && view.persons('cc').length === 0;
  }),
});
