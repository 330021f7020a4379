/** Tests that an owner writes into a rule: a message's facts, and the actions expected. Run whenever the rule is saved. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { FieldProblem } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder, Role } from '../mail/folder.ts';
import { ROLES } from '../mail/folder.ts';
import type { HeaderField, MessageFacts } from '../mail/message.ts';
import { type Action, actionSchema } from './actions.ts';
import { utcDateSchema } from './conditions/utc-date.ts';
import type { EvaluateContext, MessageHistory } from './context.ts';
import type { Decision, Effect } from './effect.ts';
import { evaluate } from './evaluate.ts';
import { viewFacts } from './fact-view.ts';
import { keywordSchema } from './keyword-schema.ts';
import { mailboxRefSchema, resolvePath } from './mailbox-ref.ts';
import { parseNamedList } from './named-list.ts';
import type { Rule, RuleInput } from './rule.ts';
import { runActions } from './run-actions.ts';
import { untouched } from './simulation.ts';
import { strictObject } from './strict-object.ts';

const text = z.string('must be a text').refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
const fieldName = text.regex(/^[!-9;-~]{1,76}$/, 'must be the name of a header field');

const factsSchema = strictObject({
  /** Decoded, in the message's order. */
  headers: z
    .array(z.tuple([fieldName, text], 'must be [name, value]'))
    .max(LIMITS.testHeadersMax)
    .default([]),
  bodyText: text.default(''),
  attachments: z
    .array(strictObject({ name: text.optional(), type: text.default('application/octet-stream') }))
    .max(20, 'must be at most 20')
    .default([]),
  keywords: z.array(keywordSchema).max(LIMITS.keywordsPerActionMax).default([]),
  size: z.int('must be a whole number of bytes').min(0, 'must not be negative').default(1_000),
  receivedAt: utcDateSchema.default('2025-01-01T00:00:00Z'),
  mailbox: mailboxRefSchema.default({ role: 'inbox' }),
  isDuplicate: z.boolean('must be true or false').default(false),
});

export const ruleTestsSchema = z
  .array(
    strictObject({
      name: text.max(LIMITS.nameCharsMax).optional(),
      facts: factsSchema,
      /** When the rule is asked; the moment of receipt unless said otherwise. */
      now: utcDateSchema.optional(),
      /** The owner's addresses. */
      me: z.array(text).max(20, 'must be at most 20').default(['me@example.com']),
      lists: z.record(z.string(), z.array(text).max(100, 'must be at most 100')).optional(),
      /** As the rule would write them; null where the rule must not match. */
      expect: z.array(actionSchema).max(LIMITS.actionsPerRuleMax).nullable(),
    }),
    'must be a list of tests',
  )
  .max(LIMITS.testsPerRuleMax, `must be at most ${LIMITS.testsPerRuleMax} tests`);

export type RuleTest = z.infer<typeof ruleTestsSchema>[number];

/** One problem for each test that fails. */
export const failedTests = (rule: RuleInput): FieldProblem[] =>
  (rule.tests ?? []).flatMap((test, index) => {
    const detail = failureOf(rule, test);
    return detail === undefined ? [] : [{ pointer: `/tests/${index}`, detail }];
  });

/** Why a test fails, in a sentence; undefined when it passes. All folders that the rule or the test names are there. */
export const failureOf = ({ accountIds: _accountIds, ...rule }: RuleInput, test: RuleTest): string | undefined => {
  let context: EvaluateContext;
  try {
    context = contextOf(test);
  } catch (error) {
    return error instanceof Error ? error.message : 'its lists cannot be read';
  }
  const facts = factsOf(test, context.folders);
  const history: MessageHistory = { isDuplicate: test.facts.isDuplicate };
  const actions = withFolders(rule.actions);
  const tried: Rule = { ...rule, ...TRIED, mode: 'live', mailboxes: [{ path: facts.mailbox }], actions };
  const decision = evaluate([tried], facts, context, history);
  const matched = decision.matched.length > 0;
  if (test.expect === null) return matched ? 'matches, and is expected not to' : undefined;
  if (!matched) return `does not match, and is expected to: ${whyNot(decision)}`;
  const at = { ruleId: TRIED.id, simulation: untouched(facts, context), view: viewFacts(facts, history), context };
  const expected = shown(runActions({ actions: withFolders(test.expect) }, at).effects);
  const decided = shown(decision.effects);
  if (isDeepStrictEqual(decided, expected)) return undefined;
  return `decides ${told(decided)} where ${told(expected)} is expected`;
};

const TRIED = { id: 'tried', revision: 0, createdAt: 0, updatedAt: 0, trigger: { type: 'arrived' as const } };

const whyNot = ({ traces }: Decision): string => {
  const read = (traces()[0]?.conditions ?? []).filter(({ why }) => why !== 'an earlier condition decided');
  const last = read.findLast(({ verdict }) => verdict !== 'true') ?? read.at(-1);
  return last === undefined ? 'it has no conditions' : `${last.pointer} ${last.why}`;
};

const told = (effects: readonly object[]): string => JSON.stringify(effects).slice(0, 300);

/** A folder that is missing is no matter of the rule's logic. */
const withFolders = (actions: readonly Action[]): Action[] =>
  actions.map((action) =>
    (action.type === 'move' || action.type === 'copy') && 'path' in action.mailbox
      ? { ...action, create: true }
      : action,
  );

const shown = (effects: readonly Effect[]): object[] =>
  effects.map((effect) =>
    effect.kind === 'move' || effect.kind === 'copy' ? { kind: effect.kind, mailbox: effect.mailbox } : effect,
  );

const folderOf = (path: string, role?: Role): ListedFolder => ({
  path,
  delimiter: '/',
  selectable: true,
  ...(role === undefined ? {} : { role }),
});

const BY_ROLE = ROLES.map((role) => folderOf(role === 'inbox' ? 'INBOX' : `\\${role}`, role));

const contextOf = (test: RuleTest): EvaluateContext => ({
  accountId: 'tried',
  folders: BY_ROLE,
  now: Date.parse(test.now ?? test.facts.receivedAt),
  me: test.me,
  lists: new Map(Object.entries(test.lists ?? {}).map(([name, entries]) => [name, parseNamedList(entries)])),
});

const factsOf = (test: RuleTest, folders: readonly ListedFolder[]): MessageFacts => ({
  mailbox: resolvePath(test.facts.mailbox, folders) ?? 'INBOX',
  uid: 1,
  keywords: test.facts.keywords,
  size: test.facts.size,
  receivedAt: Date.parse(test.facts.receivedAt),
  headers: test.facts.headers.map(([name, value]): HeaderField => [name.toLowerCase(), value]),
  parts: test.facts.attachments.map(({ name, type }) => ({
    type: type.toLowerCase(),
    disposition: 'attachment',
    ...(name === undefined ? {} : { name }),
  })),
  bodyText: test.facts.bodyText,
});
