/** What a draft reads of the original; the body too when it quotes. */
export const DRAFT_HEADERS: readonly string[] = [
  'cc',
  'date',
  'delivered-to',
  'envelope-to',
  'from',
  'in-reply-to',
  'list-id',
  'message-id',
  'references',
  'reply-to',
  'subject',
  'to',
  'x-original-to',
];
