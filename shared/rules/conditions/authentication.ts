/** Results of checks that the owner's own server recorded; anybody can write such a header, so only a named server's counts. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { authenticationResults } from '../../mail/authentication-results.ts';
import { headerValues } from '../../mail/message.ts';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { strictObject } from '../strict-object.ts';

/** RFC 8601 section 2.7; `none` also where the server recorded nothing. */
const RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'] as const;

const resultSchema = z.enum(RESULTS, `must be one of ${RESULTS.join(', ')}`);
const resultsSchema = z.union(
  [resultSchema, z.array(resultSchema, 'must be a list of results').min(1, 'must name a result').max(RESULTS.length)],
  `must be one of ${RESULTS.join(', ')}, or a list of them`,
);
const schema = z.union(
  [
    ...resultsSchema.options,
    strictObject({
      result: resultsSchema,
      /** In place of the servers that the account trusts. */
      authservId: z
        .string('must be the name that the server gives itself')
        .regex(/^[A-Za-z0-9._-]+$/, 'must be a server name such as mx.example.com')
        .max(LIMITS.hostCharsMax, `must be at most ${LIMITS.hostCharsMax} characters`),
    }),
  ],
  `must be one of ${RESULTS.join(', ')}, a list of them, or {"result": ..., "authservId": "mx.example.com"}`,
);

type Value = z.infer<typeof schema>;

const NO_SERVER = unknown('no server is named whose results are believed');

export const authenticationCondition = (method: 'dmarc' | 'spf' | 'dkim'): ConditionKind<Value> => ({
  name: method,
  schema,
  needs: () => ({ headers: ['authentication-results'] }),
  compile: (value, context) => {
    const { result, authservId } = typeof value === 'object' && 'result' in value ? value : { result: value };
    const wanted = [result].flat();
    const trusted = new Set((authservId === undefined ? (context.authservIds ?? []) : [authservId]).map(lower));
    if (trusted.size === 0) return () => NO_SERVER;
    const says = verdicts(`${method} is ${wanted.join(' or ')}`, `${method} is not ${wanted.join(' or ')}`);
    return ({ facts }) => {
      const found = authenticationResults(headerValues(facts, 'authentication-results'), trusted, method);
      return says((found.length === 0 ? ['none'] : found).some((one) => wanted.some((each) => each === one)));
    };
  },
});

const lower = (text: string): string => text.toLowerCase();
