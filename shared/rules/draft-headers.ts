/** What a draft reads of the original; the body too when it quotes. */
export const DRAFT_HEADERS: readonly string[] = [
  'from',
  'in-reply-to',
  'message-id',
  'references',
  'reply-to',
  'subject',
];
