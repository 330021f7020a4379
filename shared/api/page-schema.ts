/** A page of a list: rows under the list's name, and where the next page begins. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';

export const cursorSchema = z
  .string()
  .max(LIMITS.cursorCharsMax)
  .describe('Where the next page begins; absent on the last. Rows added or deleted meanwhile shift nothing.');

export const pageSchema = <Name extends string, Row extends z.ZodType>(name: Name, row: Row) =>
  z.object({ [name]: z.array(row), nextCursor: cursorSchema.optional() } as {
    [Each in Name]: z.ZodArray<Row>;
  } & { nextCursor: z.ZodOptional<typeof cursorSchema> });
