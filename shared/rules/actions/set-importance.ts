/** `setImportance`: `high` marks the message as important ($important, RFC 8457), `normal` and `low` take the mark away. */
import * as z from 'zod';
import { IMPORTANCES } from '../importance.ts';
import { strictObject } from '../strict-object.ts';
import { storeKeywords } from './store-keywords.ts';

const schema = strictObject({
  type: z.literal('setImportance'),
  importance: z.enum(IMPORTANCES, `must be one of ${IMPORTANCES.join(', ')}`),
});

export const setImportanceAction = storeKeywords('setImportance', schema, ({ importance }: z.infer<typeof schema>) =>
  importance === 'high' ? { add: ['$important'] } : { remove: ['$important'] },
);
