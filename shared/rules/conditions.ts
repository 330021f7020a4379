/** The kinds of conditions. Adding one: its file in conditions/, its test, its line here. */
import type * as z from 'zod';
import type { AnyConditionKind } from './condition-kind.ts';
import { afterCondition } from './conditions/after.ts';
import { ageCondition } from './conditions/age.ts';
import { attachmentCountCondition } from './conditions/attachment-count.ts';
import { attachmentNameCondition } from './conditions/attachment-name.ts';
import { attachmentTypeCondition } from './conditions/attachment-type.ts';
import { bccCondition } from './conditions/bcc.ts';
import { beforeCondition } from './conditions/before.ts';
import { bodyCondition } from './conditions/body.ts';
import { ccCondition } from './conditions/cc.ts';
import { dkimCondition } from './conditions/dkim.ts';
import { dmarcCondition } from './conditions/dmarc.ts';
import { duplicateCondition } from './conditions/duplicate.ts';
import { envelopeToCondition } from './conditions/envelope-to.ts';
import { fromCondition } from './conditions/from.ts';
import { fromDomainCondition } from './conditions/from-domain.ts';
import { functionCondition } from './conditions/function.ts';
import { hasAttachmentCondition } from './conditions/has-attachment.ts';
import { hasKeywordCondition } from './conditions/has-keyword.ts';
import { headerCondition } from './conditions/header.ts';
import { importanceCondition } from './conditions/importance.ts';
import { inListCondition } from './conditions/in-list.ts';
import { inMailboxCondition } from './conditions/in-mailbox.ts';
import { inMailboxOtherThanCondition } from './conditions/in-mailbox-other-than.ts';
import { isAutomaticReplyCondition } from './conditions/is-automatic-reply.ts';
import { isBulkCondition } from './conditions/is-bulk.ts';
import { isEncryptedCondition } from './conditions/is-encrypted.ts';
import { isListCondition } from './conditions/is-list.ts';
import { isMeetingRequestCondition } from './conditions/is-meeting-request.ts';
import { isMeetingResponseCondition } from './conditions/is-meeting-response.ts';
import { isNoReplyCondition } from './conditions/is-no-reply.ts';
import { isNonDeliveryReportCondition } from './conditions/is-non-delivery-report.ts';
import { isReadReceiptCondition } from './conditions/is-read-receipt.ts';
import { isReplyCondition } from './conditions/is-reply.ts';
import { isSignedCondition } from './conditions/is-signed.ts';
import { listIdCondition } from './conditions/list-id.ts';
import { maxSizeCondition } from './conditions/max-size.ts';
import { messageActionFlagCondition } from './conditions/message-action-flag.ts';
import { minSizeCondition } from './conditions/min-size.ts';
import { notKeywordCondition } from './conditions/not-keyword.ts';
import { notSentToMeCondition } from './conditions/not-sent-to-me.ts';
import { sensitivityCondition } from './conditions/sensitivity.ts';
import { sentCcMeCondition } from './conditions/sent-cc-me.ts';
import { sentOnlyToMeCondition } from './conditions/sent-only-to-me.ts';
import { sentToMeCondition } from './conditions/sent-to-me.ts';
import { sentToOrCcMeCondition } from './conditions/sent-to-or-cc-me.ts';
import { spfCondition } from './conditions/spf.ts';
import { subaddressCondition } from './conditions/subaddress.ts';
import { subjectCondition } from './conditions/subject.ts';
import { textCondition } from './conditions/text.ts';
import { toCondition } from './conditions/to.ts';
import { strictObject } from './strict-object.ts';

/** Cheap ones first: the schema puts a rule's conditions in this order, and they are read until one is false. */
const KINDS = {
  hasKeyword: hasKeywordCondition,
  notKeyword: notKeywordCondition,
  inMailbox: inMailboxCondition,
  inMailboxOtherThan: inMailboxOtherThanCondition,
  minSize: minSizeCondition,
  maxSize: maxSizeCondition,
  before: beforeCondition,
  after: afterCondition,
  age: ageCondition,
  duplicate: duplicateCondition,
  hasAttachment: hasAttachmentCondition,
  attachmentCount: attachmentCountCondition,
  attachmentType: attachmentTypeCondition,
  attachmentName: attachmentNameCondition,
  isEncrypted: isEncryptedCondition,
  isSigned: isSignedCondition,
  isMeetingRequest: isMeetingRequestCondition,
  isMeetingResponse: isMeetingResponseCondition,
  isNonDeliveryReport: isNonDeliveryReportCondition,
  isReadReceipt: isReadReceiptCondition,
  isReply: isReplyCondition,
  isList: isListCondition,
  isBulk: isBulkCondition,
  isAutomaticReply: isAutomaticReplyCondition,
  importance: importanceCondition,
  sensitivity: sensitivityCondition,
  messageActionFlag: messageActionFlagCondition,
  dmarc: dmarcCondition,
  spf: spfCondition,
  dkim: dkimCondition,
  subject: subjectCondition,
  listId: listIdCondition,
  from: fromCondition,
  to: toCondition,
  cc: ccCondition,
  bcc: bccCondition,
  isNoReply: isNoReplyCondition,
  fromDomain: fromDomainCondition,
  sentToMe: sentToMeCondition,
  sentCcMe: sentCcMeCondition,
  sentOnlyToMe: sentOnlyToMeCondition,
  sentToOrCcMe: sentToOrCcMeCondition,
  notSentToMe: notSentToMeCondition,
  envelopeTo: envelopeToCondition,
  subaddress: subaddressCondition,
  inList: inListCondition,
  header: headerCondition,
  text: textCondition,
  body: bodyCondition,
  function: functionCondition,
} as const;

export const CONDITION_KINDS: ReadonlyMap<string, AnyConditionKind> = new Map(Object.entries(KINDS));

type Schemas = { [Name in keyof typeof KINDS]: z.ZodOptional<(typeof KINDS)[Name]['schema']> };

/** Several properties in one object must all hold (RFC 8620 section 5.5). */
export const filterConditionSchema = strictObject(
  Object.fromEntries(Object.entries(KINDS).map(([name, { schema }]) => [name, schema.optional()])) as Schemas,
);

export type FilterCondition = z.infer<typeof filterConditionSchema>;
