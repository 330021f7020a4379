/** The keywords an action names. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { keywordSchema } from '../keyword-schema.ts';

export const keywordListSchema = z
  .array(
    keywordSchema.refine(
      (keyword) => keyword !== '$deleted',
      'must not be $deleted: any other client may then erase the message; move it to {"role": "trash"} instead',
    ),
    'must be a list of keywords',
  )
  .min(1, 'must name at least one keyword')
  .max(LIMITS.keywordsPerActionMax, `must name at most ${LIMITS.keywordsPerActionMax} keywords`);
