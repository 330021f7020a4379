/** `markJunk`: the message is junk: it goes there, and its keywords teach the filter. */
import { moveToRole } from './move-to-role.ts';

export const markJunkAction = moveToRole('markJunk', 'junk', { add: ['$junk'], remove: ['$notjunk'] });
