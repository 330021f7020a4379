/** `markNotJunk`: the message is no junk: it goes to the inbox, and its keywords teach the filter. */
import { moveToRole } from './move-to-role.ts';

export const markNotJunkAction = moveToRole('markNotJunk', 'inbox', { add: ['$notjunk'], remove: ['$junk'] });
