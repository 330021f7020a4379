/** `removeKeywords`: the message loses these keywords. */
import * as z from 'zod';
import { strictObject } from '../strict-object.ts';
import { keywordListSchema } from './keyword-list.ts';
import { storeKeywords } from './store-keywords.ts';

const schema = strictObject({ type: z.literal('removeKeywords'), keywords: keywordListSchema });

export const removeKeywordsAction = storeKeywords('removeKeywords', schema, ({ keywords }: z.infer<typeof schema>) => ({
  remove: [...new Set(keywords)],
}));
