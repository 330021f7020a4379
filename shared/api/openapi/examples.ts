/** What the documentation shows: ids in paths, and the answers that test/api/examples.test.ts recorded from the real handlers. */
import type { ExampleAnswer, Route } from '../route.ts';
import RECORDED from './example-answers.json' with { type: 'json' };

const answers = RECORDED as unknown as Readonly<Record<string, ExampleAnswer | undefined>>;

/** undefined for a route whose answer was not recorded yet: `npm run openapi` does it. */
export const exampleAnswerOf = ({ operationId }: Route): ExampleAnswer | undefined => answers[operationId];
