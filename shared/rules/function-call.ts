/** What a rule says when it calls a function by its name. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { strictObject } from './strict-object.ts';

export const functionCallShape = {
  name: z
    .string('must be the name of a function')
    .regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a function: lower case letters, digits and -')
    .max(LIMITS.functionNameCharsMax, `must be at most ${LIMITS.functionNameCharsMax} characters`),
  /** Handed to the function as it is. */
  input: z
    .string('must be a text')
    .max(LIMITS.conditionTextCharsMax, `must be at most ${LIMITS.conditionTextCharsMax} characters`)
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .optional(),
  /** The headers that the function is given. */
  headers: z
    .array(
      z.string('must be the name of a header field').regex(/^[!-9;-~]{1,76}$/, 'must be the name of a header field'),
    )
    .max(20, 'must be at most 20 headers')
    .default(['from', 'to', 'cc', 'subject']),
  /** Whether the function is given the readable text. */
  body: z.boolean('must be true or false').default(false),
};

const callSchema = strictObject(functionCallShape);
export type FunctionCall = z.infer<typeof callSchema>;

/** Two calls of the same key have the same answer for a message, so that it is asked for once. */
export const questionKey = ({ name, input, headers, body }: FunctionCall): string =>
  JSON.stringify([name, input ?? null, headers, body]);
