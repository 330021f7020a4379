/** Rules as files: what is sent to have them read in, and what is answered. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { RULE_FILE_FORMATS } from '../rules/import/read-file.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { ImportReport } from '../service/rule-files.ts';
import { bodyOf } from './parse-body.ts';
import { changeView, ruleChangeSchema } from './rule-view.ts';
import { idSchema } from './value-schemas.ts';

const names = z
  .record(
    z.string(),
    z.string('must be a name').max(LIMITS.folderPathBytesMax, 'is too long'),
    'must be names by their ids',
  )
  .refine((all) => Object.keys(all).length <= LIMITS.keywordsPerFolderMax, 'are too many');

const state = z.string().describe('Changes with every rule that is written; to be sent back as `ifState`');

export const importBody = bodyOf(
  strictObject({
    format: z
      .enum(RULE_FILE_FORMATS, `must be one of ${RULE_FILE_FORMATS.join(', ')}`)
      .describe('`yaml` and `json` are ours; `gmail`, `gmail-xml` (mailFilters.xml) and `graph` are translated'),
    text: z.string('must be the text of the file').describe('The file'),
    names: names
      .optional()
      .describe('Of Gmail’s labels or Graph’s folders by the ids they have there, which say nothing by themselves'),
    mode: z
      .enum(['add', 'replace'], 'must be add or replace')
      .default('add')
      .describe('`replace`: the file is the truth; rules are told apart by name, and those it lacks are deleted'),
    dryRun: z.boolean('must be true or false').default(false).describe('Only tells what would be done'),
    ifState: z
      .string('must be the state of an answer before')
      .max(64, 'must be the state of an answer before')
      .optional()
      .describe('Nothing is done when the rules are others by now'),
  }),
);

const named = z.object({ id: idSchema, name: z.string() });

export const importSchema = z.object({
  applied: z.boolean(),
  created: z.array(z.object({ name: z.string(), id: idSchema.optional().describe('Absent in a dry run') })),
  changed: z.array(z.object({ id: idSchema, name: z.string(), changes: z.array(ruleChangeSchema) })),
  removed: z.array(named),
  unchanged: z.array(named),
  unmapped: z.array(
    z
      .object({
        rule: z.int().min(0).describe('Its place in the file, from 0'),
        field: z.string(),
        reason: z.string(),
      })
      .meta({ id: 'Unmapped', description: 'What could not be said in these words; such a rule is imported as off' }),
  ),
  state,
});

export const importView = (
  { created, changed, removed, unchanged, unmapped, state: now }: ImportReport,
  applied: boolean,
) => ({
  applied,
  created,
  changed: changed.map(({ rule, changes }) => ({ id: rule.id, name: rule.name, changes: changes.map(changeView) })),
  removed: removed.map(({ id, name }) => ({ id, name })),
  unchanged: unchanged.map(({ id, name }) => ({ id, name })),
  unmapped,
  state: now,
});

export const exportQuerySchema = strictObject({
  format: z.literal(['yaml', 'json'], 'must be yaml or json').default('yaml'),
});

export const exportSchema = z.object({
  format: z.enum(['yaml', 'json']),
  text: z.string().describe('The file: all rules, in the order in which they are asked'),
  state,
});
