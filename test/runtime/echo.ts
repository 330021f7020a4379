/** The smallest function that shows what the runtime client does: driven by ric.test.ts. */
import * as z from 'zod';

const eventSchema = z.object({ do: z.enum(['echo', 'throw', 'exit']), value: z.optional(z.unknown()) });

let calls = 0;

export const handler = async (event: unknown, context: { awsRequestId: string }): Promise<unknown> => {
  const { do: what, value } = eventSchema.parse(event);
  calls += 1;
  if (what === 'throw') throw new TypeError('thrown on purpose');
  if (what === 'exit') process.exit(7);
  return { value, calls, node: process.versions.node.split('.')[0], hasRequestId: context.awsRequestId.length > 0 };
};
