/** `addKeywords`: the message gets these keywords. */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { keywordListSchema } from './keyword-list.ts';
import { storeKeywords } from './store-keywords.ts';

const schema = strictObject({ type: z.literal('addKeywords'), keywords: keywordListSchema });

export const addKeywordsAction = storeKeywords('addKeywords', schema, ({ keywords }: z.infer<typeof schema>) => ({
  add: [...new Set(keywords)],
}));
