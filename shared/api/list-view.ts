/** Named lists: what is sent and what is shown. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { ListHead, StoredList } from '../store/lists.ts';
import { bodyOf } from './parse-body.ts';
import { timeText } from './time-text.ts';
import { countSchema, timeSchema } from './value-schemas.ts';

const nameSchema = z
  .string('must be the name of a list')
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the name of a list: letters, digits, _ and -')
  .max(LIMITS.listNameCharsMax, `must be at most ${LIMITS.listNameCharsMax} characters`);

const entries = z
  .array(z.string('must be an address or a domain'), 'must be a list of addresses and domains')
  .max(LIMITS.listEntriesMax, `must be at most ${LIMITS.listEntriesMax} entries`)
  .describe('`ann@example.com`, `@example.com` or `example.com`');

const written = {
  description: z
    .string('must be a text')
    .max(LIMITS.descriptionCharsMax, `must be at most ${LIMITS.descriptionCharsMax} characters`)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
    .optional(),
  entries,
};

export const listBody = bodyOf(strictObject({ name: nameSchema, ...written }));
export const replaceListBody = bodyOf(strictObject(written));
export const changeListBody = bodyOf(strictObject({ add: entries.default([]), remove: entries.default([]) }));

const head = {
  name: z.string(),
  description: z.string().optional(),
  entryCount: countSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
};

export const listHeadSchema = z.object(head).meta({ id: 'ListHead', description: 'A named list without its entries' });

export const listSchema = z
  .object({ ...head, entries: z.array(z.string()).describe('Sorted, each once; a domain as `@example.com`') })
  .meta({ id: 'List', description: 'A named list of addresses and domains, for `inList`' });

export const listHeadView = ({ name, description, entryCount, createdAt, updatedAt }: ListHead) => ({
  name,
  ...(description === undefined ? {} : { description }),
  entryCount,
  createdAt: timeText(createdAt),
  updatedAt: timeText(updatedAt),
});

export const listView = (list: StoredList) => ({ ...listHeadView(list), entries: list.entries });
