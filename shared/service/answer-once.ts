/** One request, carried out once however often it is sent under the same Idempotency-Key, and answered the same each time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, ERROR_CODES, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  claimRequest,
  forgetRequest,
  type KeptRequest,
  keepAnswer,
  putNewRequest,
  readRequest,
  releaseRequest,
} from '../store/kept-requests.ts';
import { macOf, openText, type RequestKey, sealText } from '../vault/request-key.ts';
import type { BaseDeps } from './deps.ts';

export type OnceDeps = Pick<BaseDeps, 'table' | 'now' | 'newId'> & { readonly requestKey: RequestKey };

export type OnceRequest = {
  readonly tenant: string;
  readonly idempotencyKey: string;
  /** Operation, path, query and body: what must be the same for the request to be the same. It is not kept. */
  readonly content: string;
};

/**
 * `work` is given the id of what it makes, the same in every attempt: a worker that died half-way is followed by one that finds
 * what was made. A request that was refused leaves its key free; one that failed is done again by the next.
 * Throws `idempotency.reused`, `conflict` while another is at it, and what `work` throws.
 */
export const answerOnce = async (
  deps: OnceDeps,
  { tenant, idempotencyKey, content }: OnceRequest,
  work: (madeId: string) => Promise<string>,
): Promise<string> => {
  const key = await deps.requestKey();
  const place = { tenant, name: macOf(key, 'idempotency-key', idempotencyKey) };
  const found = await begin(deps, place, macOf(key, 'request', content));
  const sealedName = `${tenant} ${place.name}`;
  if ('answer' in found) return openText(key, sealedName, found.answer);
  const { mine } = found;
  let answer: string;
  try {
    answer = await work(mine.madeId);
  } catch (error) {
    await (nothingWasDone(error) ? forgetRequest : releaseRequest)(deps.table, place, mine);
    throw error;
  }
  if (Buffer.byteLength(answer) <= LIMITS.keptAnswerBytesMax) {
    await keepAnswer(deps.table, place, mine, sealText(key, sealedName, answer));
  } else {
    await releaseRequest(deps.table, place, mine);
  }
  return answer;
};

/** A refusal comes before anything is written; a conflict may come after. */
const nothingWasDone = (error: unknown): boolean => {
  const { status } = ERROR_CODES[codeOf(error)];
  return status < 500 && status !== 409;
};

type Place = { readonly tenant: string; readonly name: string };

const begin = async (
  deps: OnceDeps,
  place: Place,
  print: string,
): Promise<{ readonly answer: Uint8Array } | { readonly mine: KeptRequest }> => {
  for (let attempt = 0; attempt < LIMITS.idempotencyLooksMax; attempt += 1) {
    if (attempt > 0) await sleep(Math.min(25 * 2 ** attempt, 800));
    const nowSeconds = Math.floor(deps.now() / 1_000);
    const until = nowSeconds + LIMITS.idempotencyLeaseSeconds;
    const expiresAt = nowSeconds + LIMITS.idempotencyHours * 3_600;
    const fresh = { print, madeId: deps.newId(), until, expiresAt };
    if (await putNewRequest(deps.table, place, fresh, nowSeconds)) return { mine: fresh };
    const kept = await readRequest(deps.table, place);
    if (kept === undefined) continue;
    if (kept.print !== print) {
      throw new MailyardError('idempotency.reused', 'the Idempotency-Key was used for another request; send a new one');
    }
    if (kept.answer !== undefined) return { answer: kept.answer };
    if (kept.until <= nowSeconds && (await claimRequest(deps.table, place, kept, until))) {
      return { mine: { ...kept, until } };
    }
  }
  throw new MailyardError('conflict', 'the first request with that Idempotency-Key is still being carried out');
};
