/**
 * Asks the functions that an operator named. Each call has a time and an answer of so many bytes, a run has so many calls; one that
 * fails answers nothing, and holds up no other.
 */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import type { MessageFacts } from '../mail/message.ts';
import type { FunctionAnswer } from '../rules/context.ts';
import { type FunctionCall, questionKey } from '../rules/function-call.ts';

/** What a function is given: what the rule names, and of the text nothing unless the rule says so. */
export type FunctionQuestion = {
  readonly version: 1;
  readonly function: string;
  readonly input?: string;
  readonly message: {
    readonly mailbox: string;
    readonly keywords: readonly string[];
    readonly sizeBytes: number;
    /** RFC 3339. */
    readonly receivedAt: string;
    /** Names in lower case. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly bodyText?: string;
  };
};

/** Carries a question to a function; `signal` ends the wait. What comes back is not trusted. */
export type RuleFunction = (question: FunctionQuestion, signal: AbortSignal) => Promise<unknown>;
export type RuleFunctions = ReadonlyMap<string, RuleFunction>;

export type Answers = {
  readonly answers: ReadonlyMap<string, FunctionAnswer>;
  /** Why there is none, by the question's key. */
  readonly failed: ReadonlyMap<string, string>;
};

export type FunctionAsker = (questions: readonly FunctionCall[], facts: MessageFacts) => Promise<Answers>;

/** One asker a run: it counts the calls. */
export const functionAsker = (functions: RuleFunctions = new Map()): FunctionAsker => {
  let calls = 0;
  return async (questions, facts) => {
    const answers = new Map<string, FunctionAnswer>();
    const failed = new Map<string, string>();
    await Promise.all(
      questions.map(async (call) => {
        const key = questionKey(call);
        const ask = functions.get(call.name);
        calls += 1;
        if (ask === undefined) failed.set(key, `there is no function ${call.name} here`);
        else if (calls > LIMITS.functionCallsPerRunMax) {
          failed.set(key, `${LIMITS.functionCallsPerRunMax} calls were made in this run`);
        } else {
          const answer = await answerOf(ask, questionOf(call, facts));
          if (typeof answer === 'string') failed.set(key, `the function ${call.name} ${answer}`);
          else answers.set(key, answer);
        }
      }),
    );
    return { answers, failed };
  };
};

const questionOf = ({ name, input, headers, body }: FunctionCall, facts: MessageFacts): FunctionQuestion => {
  const wanted = new Set(headers.map((header) => header.toLowerCase()));
  return {
    version: 1,
    function: name,
    ...(input === undefined ? {} : { input }),
    message: {
      mailbox: facts.mailbox,
      keywords: facts.keywords,
      sizeBytes: facts.size,
      receivedAt: new Date(facts.receivedAt).toISOString(),
      headers: facts.headers.filter(([header]) => wanted.has(header)),
      ...(body && facts.bodyText !== undefined ? { bodyText: facts.bodyText } : {}),
    },
  };
};

/** The answer, or what went wrong, in words that quote nothing of it. */
const answerOf = async (ask: RuleFunction, question: FunctionQuestion): Promise<FunctionAnswer | string> => {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), LIMITS.functionSeconds * 1_000);
  });
  try {
    const answer = await Promise.race([ask(question, abort.signal), late]);
    if (answer === 'late') return `did not answer within ${LIMITS.functionSeconds} seconds`;
    if (Buffer.byteLength(JSON.stringify(answer) ?? '') > LIMITS.functionAnswerBytesMax) return 'answered too much';
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) return 'did not answer {"matches": ..., "actions": [...]}';
    const { matches, actions } = parsed.data;
    return { ...(matches === undefined ? {} : { matches }), ...(actions === undefined ? {} : { actions }) };
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
};

/** Actions are checked against what the rule permits (rules/function-answer.ts). */
const answerSchema = z
  .strictObject({ matches: z.boolean().optional(), actions: z.array(z.unknown()).optional() })
  .refine(({ matches, actions }) => matches !== undefined || actions !== undefined);
