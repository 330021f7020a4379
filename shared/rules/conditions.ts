/** The kinds of conditions. Adding one: its file in conditions/, its test, its line here. */
import type * as z from 'zod';
import type { AnyConditionKind } from './condition-kind.ts';
import { afterCondition } from './conditions/after.ts';
import { beforeCondition } from './conditions/before.ts';
import { bodyCondition } from './conditions/body.ts';
import { ccCondition } from './conditions/cc.ts';
import { fromCondition } from './conditions/from.ts';
import { hasAttachmentCondition } from './conditions/has-attachment.ts';
import { hasKeywordCondition } from './conditions/has-keyword.ts';
import { headerCondition } from './conditions/header.ts';
import { inMailboxCondition } from './conditions/in-mailbox.ts';
import { maxSizeCondition } from './conditions/max-size.ts';
import { minSizeCondition } from './conditions/min-size.ts';
import { notKeywordCondition } from './conditions/not-keyword.ts';
import { subjectCondition } from './conditions/subject.ts';
import { textCondition } from './conditions/text.ts';
import { toCondition } from './conditions/to.ts';
import { strictObject } from './strict-object.ts';

/** Cheap ones first: the schema puts a rule's conditions in this order, and they are read until one is false. */
const KINDS = {
  hasKeyword: hasKeywordCondition,
  notKeyword: notKeywordCondition,
  inMailbox: inMailboxCondition,
  minSize: minSizeCondition,
  maxSize: maxSizeCondition,
  before: beforeCondition,
  after: afterCondition,
  hasAttachment: hasAttachmentCondition,
  from: fromCondition,
  to: toCondition,
  cc: ccCondition,
  subject: subjectCondition,
  header: headerCondition,
  text: textCondition,
  body: bodyCondition,
} as const;

export const CONDITION_KINDS: ReadonlyMap<string, AnyConditionKind> = new Map(Object.entries(KINDS));

type Schemas = { [Name in keyof typeof KINDS]: z.ZodOptional<(typeof KINDS)[Name]['schema']> };

/** Several properties in one object must all hold (RFC 8620 section 5.5). */
export const filterConditionSchema = strictObject(
  Object.fromEntries(Object.entries(KINDS).map(([name, { schema }]) => [name, schema.optional()])) as Schemas,
);

export type FilterCondition = z.infer<typeof filterConditionSchema>;
