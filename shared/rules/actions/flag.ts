/** `flag`: the message gets its flag (a star in many clients). */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { storeKeywords } from './store-keywords.ts';

export const flagAction = storeKeywords('flag', strictObject({ type: z.literal('flag') }), () => ({
  add: ['$flagged'],
}));
