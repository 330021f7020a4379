/** What is known of one message, and its opaque name in the API. */
import type { Keyword } from './keyword.ts';
import type { MessagePart } from './parts.ts';

/** One header field, its value unfolded and decoded (RFC 2047), its name in lower case; fields keep the message's order. */
export type HeaderField = readonly [name: string, value: string];

/** The facts that rules read. What no rule needs is not fetched and is undefined; `needsOf` says what will be there. */
export type MessageFacts = {
  readonly mailbox: string;
  readonly uid: number;
  readonly keywords: readonly Keyword[];
  /** RFC822.SIZE in bytes. */
  readonly size: number;
  /** INTERNALDATE, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** EMAILID (RFC 8474 section 5.1), where the server gives its messages one. */
  readonly emailId?: string;
  /** Fields named by `needsOf`, and always message-id. */
  readonly headers: readonly HeaderField[];
  /** From BODYSTRUCTURE, each before what it holds, within `mimePartsMax` and `mimeDepthMax`. */
  readonly parts?: readonly MessagePart[];
  /** The readable text, HTML reduced to text, cut at `bodyTextBytesMax`. */
  readonly bodyText?: string;
};

/** What a person knows a message by in a list. */
export const SHOWN_HEADERS: readonly string[] = ['from', 'to', 'cc', 'subject', 'date', 'message-id'];

/** A message's identity: (folder, UIDVALIDITY, UID), within an account. */
export type MessageKey = {
  readonly accountId: string;
  readonly folderId: string;
  readonly uidValidity: number;
  readonly uid: number;
};

/** The API's message id: opaque to callers, URL-safe. */
export const formatMessageId = (key: MessageKey): string =>
  Buffer.from([key.accountId, key.folderId, key.uidValidity, key.uid].join('.')).toString('base64url');

/** undefined when the text is none of our ids. */
export const parseMessageId = (id: string): MessageKey | undefined => {
  const match = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,16})\.(\d{1,10})\.(\d{1,10})$/.exec(
    Buffer.from(id, 'base64url').toString('latin1'),
  );
  const [, accountId, folderId, uidValidity, uid] = match ?? [];
  if (accountId === undefined || folderId === undefined) return undefined;
  const key = { accountId, folderId, uidValidity: Number(uidValidity), uid: Number(uid) };
  return formatMessageId(key) === id ? key : undefined;
};

export const headerValues = (facts: Pick<MessageFacts, 'headers'>, name: string): string[] => {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [field, value] of facts.headers) if (field === wanted) values.push(value);
  return values;
};
