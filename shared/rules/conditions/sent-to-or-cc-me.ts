/** `sentToOrCcMe`: one of the owner’s addresses is in To or Cc. */
import { ownAddresses } from '../own-addresses.ts';
import { booleanCondition } from './boolean.ts';

export const sentToOrCcMeCondition = booleanCondition({
  name: 'sentToOrCcMe',
  needs: { headers: ['to', 'cc'] },
  yes: 'names the owner in To or Cc',
  no: 'names the owner in neither To nor Cc',
  notKnown: 'the owner’s addresses are not known',
  compile: ownAddresses((isMine) => (view) => view.persons('to').some(isMine) || view.persons('cc').some(isMine)),
});
