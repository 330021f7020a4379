/** `unflag`: the message loses its flag. */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { storeKeywords } from './store-keywords.ts';

export const unflagAction = storeKeywords('unflag', strictObject({ type: z.literal('unflag') }), () => ({
  remove: ['$flagged'],
}));
