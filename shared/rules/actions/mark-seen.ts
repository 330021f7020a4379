/** `markSeen`: the message counts as read. */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { storeKeywords } from './store-keywords.ts';

export const markSeenAction = storeKeywords('markSeen', strictObject({ type: z.literal('markSeen') }), () => ({
  add: ['$seen'],
}));
