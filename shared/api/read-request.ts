/** Reads query and body of a payload 2.0 event, strictly: what is not understood is a problem, never passed over. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { fieldProblems } from '../rules/field-problems.ts';
import type { Route } from './route.ts';

/** The part of the event that is read here; header names in lower case. */
export type Received = {
  readonly rawQueryString?: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
};

/** From the raw text, as the gateway joins repeated parameters by commas that a folder's name may hold too. */
export const readQuery = ({ query }: Route, { rawQueryString }: Received): unknown => {
  const given = Object.create(null) as Record<string, string>;
  const fields: { pointer: string; detail: string }[] = [];
  for (const [name, value] of new URLSearchParams(rawQueryString ?? '')) {
    if (name in given) fields.push({ pointer: name, detail: 'must be given once' });
    else if (query === undefined) fields.push({ pointer: name, detail: 'is not known here; there are no parameters' });
    given[name] = value;
  }
  if (fields.length > 0) throw invalidQuery(fields);
  if (query === undefined) return undefined;
  const parsed = query.safeParse({ ...given });
  if (parsed.success) return parsed.data;
  // A parameter has a name and no place in a document.
  throw invalidQuery(fieldProblems(parsed.error).map(({ pointer, detail }) => ({ pointer: pointer.slice(1), detail })));
};

const invalidQuery = (fields: readonly { pointer: string; detail: string }[]): MailyardError =>
  new MailyardError('validation.failed', 'some query parameters are not right', { fields });

/** Throws `request.too-large` whatever the route, so that nothing large is ever looked into. */
export const readBody = (
  { body: wanted, bodyBytesMax = LIMITS.requestBodyBytesMax }: Route,
  received: Received,
): unknown => {
  const bytes = Buffer.from(received.body ?? '', received.isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes.length > bodyBytesMax) {
    throw new MailyardError('request.too-large', `the body may have ${bodyBytesMax} bytes`);
  }
  if (wanted === undefined) return undefined;
  if (bytes.length === 0) throw new MailyardError('request.invalid', 'send a JSON object as the body');
  if (!isJson(received.headers['content-type'])) {
    throw new MailyardError('request.unsupported-media-type', 'send the body as application/json');
  }
  return wanted.parse(parseJson(bytes));
};

const isJson = (contentType: string | undefined): boolean =>
  /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?$/i.test(contentType?.trim() ?? '');

/** The parser's own words are not passed on: they quote the body, and a password may be in it. */
const parseJson = (bytes: Buffer): unknown => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MailyardError('request.invalid', 'the body is not UTF-8');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MailyardError('request.invalid', 'the body is not JSON');
  }
};
