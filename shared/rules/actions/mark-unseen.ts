/** `markUnseen`: the message counts as unread. */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { storeKeywords } from './store-keywords.ts';

export const markUnseenAction = storeKeywords('markUnseen', strictObject({ type: z.literal('markUnseen') }), () => ({
  remove: ['$seen'],
}));
