/** One event sent to one webhook: signed as Standard Webhooks says, over HTTPS, to where connections may go. */
import { createHmac } from 'node:crypto';
import { guardedFetch } from '../../egress/guarded-fetch.ts';
import type { EgressPolicy } from '../../egress/policy.ts';
import { isMailyardError } from '../../errors.ts';

export type Sent =
  | { readonly delivered: true; readonly status: number }
  | {
      readonly delivered: false;
      /** `http-500` and the like, `address-refused`, or `not-reached`: nothing more is told of what listens where. */
      readonly reason: string;
      readonly status?: number;
      readonly retryAfterSeconds?: number;
    };

/** `webhook-id` is the event's: the same at every attempt. One signature a secret; a receiver looks for one that it knows. */
export const signedHeaders = (
  secrets: readonly string[],
  id: string,
  nowSeconds: number,
  body: string,
): Record<string, string> => {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${nowSeconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(nowSeconds), 'webhook-signature': signatures.join(' ') };
};

/** Never throws: what went wrong is the answer. */
export const sendEvent = async (
  egress: EgressPolicy,
  { url, secrets }: { readonly url: string; readonly secrets: readonly string[] },
  { id, body, nowSeconds }: { readonly id: string; readonly body: string; readonly nowSeconds: number },
): Promise<Sent> => {
  try {
    const headers = { ...signedHeaders(secrets, id, nowSeconds, body), 'content-type': 'application/json' };
    const answer = await guardedFetch(egress)(url, {
      method: 'POST',
      headers: { ...headers, 'user-agent': 'Mailyard' },
      body,
    });
    const { status } = answer;
    if (status >= 200 && status < 300) return { delivered: true, status };
    const asked = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const retry = Number.isFinite(asked) && asked > 0 ? { retryAfterSeconds: Math.ceil(asked) } : {};
    return { delivered: false, reason: `http-${status}`, status, ...retry };
  } catch (error) {
    const refused = isMailyardError(error, 'imap.host-refused');
    return { delivered: false, reason: refused ? 'address-refused' : 'not-reached' };
  }
};
