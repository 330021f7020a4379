/** `hasAttachment`: whether the message has an attachment (true) or none (false). */
import * as z from 'zod';
import type { ConditionKind } from '../condition-kind.ts';

export const hasAttachmentCondition: ConditionKind<boolean> = {
  name: 'hasAttachment',
  schema: z.boolean('must be true or false'),
  needs: () => ({ structure: true }),
  evaluate: (value, { facts: { hasAttachment } }) => {
    if (hasAttachment === undefined) return { verdict: 'unknown', why: 'the structure was not read' };
    return { verdict: hasAttachment === value, why: `has ${hasAttachment ? 'an' : 'no'} attachment` };
  },
};
