/** What the documentation shows: ids in paths, and the answers that test/api/examples.test.ts recorded from the real handlers. */
import type { Route } from '../route.ts';
import RECORDED from './example-answers.json' with { type: 'json' };

export type ExampleAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

const answers = RECORDED as unknown as Readonly<Record<string, ExampleAnswer | undefined>>;

/** undefined for a route whose answer was not recorded yet: `npm run openapi` does it. */
export const exampleAnswerOf = ({ operationId }: Route): ExampleAnswer | undefined => answers[operationId];
