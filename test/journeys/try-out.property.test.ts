/**
 * Preview, shadow mode and live decide the same: random rules on random mail, by the real use cases on a real server. Three
 * tenants hold the same rules, one live, one on trial, one all but the last, which is a draft; two mailboxes hold the same mail.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { hasUid, uidsOf } from '../../shared/mail/uid-set.ts';
import { parseRule, type RuleInput } from '../../shared/rules/rule.ts';
import { SUPPORT } from '../../shared/rules/support.ts';
import { createList } from '../../shared/service/manage-lists.ts';
import { previewRules } from '../../shared/service/preview-rules.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import type { EffectCommand } from '../../shared/sync/journal.ts';
import { rulesArbitrary } from '../rules/arbitraries.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const RUNS = 6;
let server: Dovecot;
let oracle: DovecotOracle;
let yard: Yard;
before(async () => {
  const names = Array.from({ length: RUNS }, (_, n) => [`live${n}`, `trial${n}`]).flat();
  server = await startDovecot({ users: Object.fromEntries(names.map((name) => [name, `${name}-password`])) });
  oracle = dovecotOracle(server);
  yard = await startYard();
});
after(async () => {
  await yard?.stop();
  await server?.stop();
});

const LISTED = ['ann@example.com', 'example.org'];
const extra = fc.constantFrom<object>(
  { duplicate: true },
  { duplicate: false },
  { inList: { list: 'some' } },
  {},
  {},
  {},
);

/** What can be saved today, each rule under a name and a place of its own. */
const each = fc.record({ extra, isSimple: fc.boolean() });
const ruleSet = fc.tuple(rulesArbitrary, fc.array(each, { minLength: 6, maxLength: 6 })).map(([rules, more]) =>
  rules.flatMap(({ accountIds: _accountIds, ...rule }, n): RuleInput[] => {
    const { id: _id, revision: _revision, createdAt: _c, updatedAt: _u, ...input } = rule;
    const written = {
      ...input,
      name: `r${n}`,
      mode: 'live',
      sequence: n,
      mailboxes: [{ role: 'inbox' }],
      actions: rule.actions.filter(({ type }) => !SUPPORT.missingActions.has(type) && type !== 'destroy'),
      // Drawn conditions seldom hold: without simple ones hardly anything would be decided.
      conditions: more[n]?.isSimple
        ? more[n]?.extra
        : { operator: 'AND', conditions: [more[n]?.extra ?? {}, rule.conditions] },
      ...(more[n]?.isSimple ? { exceptions: undefined } : {}),
    };
    try {
      return [parseRule(written)];
    } catch {
      // Nothing was left for it to do.
      return [];
    }
  }),
);

const line = (name: string, ...values: readonly string[]) =>
  fc.constantFrom(...values).map((value) => `${name}: ${value}`);
const header = fc.oneof(
  line('From', 'Ann <ann@example.com>', 'bob@example.org', '=?utf-8?B?w5xuYWw=?= <no-reply@shop.example>', '<'),
  line('To', 'live@example.com', 'me+a@example.org, ann@example.com', 'Bob <bob@example.org>'),
  line('Subject', 'invoice 7', '=?utf-8?Q?inv?= =?utf-8?Q?oice?=', 'a b ann', '東京', 'Re: x'),
  line('List-Id', '<list.example.com>', 'Anns <x.example>'),
  line('Precedence', 'bulk', 'list'),
  line('X-Test', 'ann', 'high'),
  line('Message-ID', '<one@example.com>', '<two@example.com>'),
  line('Importance', 'high', 'low'),
  line('Authentication-Results', 'mx.example.org; dmarc=pass'),
  line('In-Reply-To', '<one@example.com>'),
);
const mail = fc.record({
  source: fc
    .tuple(
      fc.uniqueArray(header, { maxLength: 6, selector: (text) => text.split(':')[0] }),
      fc.constantFrom('ann', 'pay the invoice?', '', 'x'.repeat(5_000)),
      fc.boolean(),
    )
    .map(([headers, body, attached]) =>
      [
        ...headers,
        'MIME-Version: 1.0',
        ...(attached
          ? [
              'Content-Type: multipart/mixed; boundary=b',
              '',
              '--b',
              'Content-Type: text/plain',
              '',
              body,
              '--b',
              'Content-Type: application/pdf; name="invoice.pdf"',
              'Content-Disposition: attachment',
              '',
              'x',
              '--b--',
            ]
          : ['Content-Type: text/plain; charset=utf-8', '', body]),
        '',
      ].join('\r\n'),
    ),
  flags: fc.uniqueArray(fc.constantFrom('\\Seen', '\\Flagged', 'work'), { maxLength: 2 }),
});

/** One in which it is sure that the draft has something to do: what is drawn may leave nothing to it. */
const CERTAIN: [RuleInput[], { source: string; flags: string[] }[]] = [
  [
    { mode: 'live', conditions: { subject: 'invoice' }, actions: [{ type: 'flag' }] },
    {
      mode: 'live',
      conditions: { from: 'ann@example.com' },
      actions: [{ type: 'move', mailbox: { path: 'Ann' }, create: true }],
    },
  ].map((rule, n) => parseRule({ ...rule, name: `r${n}`, sequence: n, mailboxes: [{ role: 'inbox' }] })),
  ['Subject: invoice 7', 'From: Ann <ann@example.com>', 'Subject: invoice 8\r\nFrom: ann@example.com'].map(
    (headers) => ({
      source: `${headers}\r\n\r\nHello.\r\n`,
      flags: [],
    }),
  ),
];

type Told = readonly string[];
type Decided = ReadonlyMap<number, Told>;

/** Of each message what would be done with it, in the order in which it would be. */
const perMessage = (commands: readonly EffectCommand[]): Decided => {
  const told = new Map<number, string[]>();
  for (const command of commands) {
    if (command.source.path !== 'INBOX') continue;
    // No function answers here. A live rule is put off and asked again, which decides nothing yet; one on trial is not.
    if (command.kind === 'later' && command.recheck === 'rule') continue;
    for (const uid of uidsOf(command.uids)) {
      const { to, what } = tell(command);
      const names = command.askedBy.flatMap((one) =>
        one.by === 'rule' && hasUid(one.uids, uid) ? [one.ruleName] : [],
      );
      told.set(uid, [...(told.get(uid) ?? []), JSON.stringify([command.kind, to, what, names.sort()])]);
    }
  }
  return new Map([...told].sort(([a], [b]) => a - b).map(([uid, all]) => [uid, all.sort()]));
};

const tell = (command: EffectCommand) => {
  const to = 'target' in command ? [command.target.path, command.target.create] : undefined;
  if (command.kind === 'store') return { to, what: [command.add, command.remove] };
  // When it is due follows the clock.
  if (command.kind === 'later') return { to: command.to, what: [command.add, command.remove, command.recheck] };
  if (command.kind === 'draft') return { to, what: command.draft };
  return { to, what: 'keywords' in command ? command.keywords : undefined };
};

const journalOf = async (ref: AccountRef, kind: 'effect' | 'trial'): Promise<EffectCommand[]> => {
  const { parts, next } = await pageOfJournal(yard.deps.table, ref, { limit: 500 });
  assert.equal(next, undefined);
  return parts
    .toSorted((a, b) => (a.runId < b.runId ? -1 : a.runId > b.runId ? 1 : a.part.n - b.part.n))
    .flatMap(({ part }) =>
      kind === 'effect' ? (part.kind === 'effect' ? [part.command] : []) : part.kind === 'trial' ? [part.trial] : [],
    );
};

let run = 0;

test('preview, shadow mode and live decide the same', { timeout: 300_000 }, async () => {
  let byDraft = 0;
  await fc.assert(
    fc.asyncProperty(ruleSet, fc.array(mail, { minLength: 3, maxLength: 8 }), async (rules, letters) => {
      const n = run;
      run += 1;
      const add = async (tenant: string, user: string, some: readonly RuleInput[], mode: 'live' | 'shadow') => {
        const ref = await yard.addAccount(server, user, { tenant, address: 'me@example.org' });
        await createList(yard.deps, { tenant, name: 'some', entries: LISTED });
        for (const rule of some) await yard.addRule(ref, { ...rule, mode });
        return ref;
      };
      const live = await add(`live${n}`, `live${n}`, rules, 'live');
      const trial = await add(`trial${n}`, `trial${n}`, rules, 'shadow');
      for (const ref of [live, trial]) await checkUntilQuiet(yard, ref);
      for (const user of [`live${n}`, `trial${n}`]) await oracle.deliverAll(user, 'INBOX', letters);
      const untouched = await oracle.status(`trial${n}`, 'INBOX');
      for (const ref of [live, trial]) await checkUntilQuiet(yard, ref);
      assert.deepEqual(await oracle.status(`trial${n}`, 'INBOX'), untouched);
      assert.equal((await readHead(yard.deps.table, trial))?.failure, undefined);

      const draft = rules.at(-1);
      const previewed: EffectCommand[] = [];
      if (draft !== undefined) {
        const ref = await add(`preview${n}`, `trial${n}`, rules.slice(0, -1), 'live');
        const { tenant, accountId } = ref;
        await yard.check(ref);
        const wanted = { tenant, accountId, input: draft, mailbox: { role: 'inbox' }, last: 50 } as const;
        const { messages } = await previewRules(yard.deps, wanted);
        assert.equal(messages.length, letters.length);
        previewed.push(...messages.flatMap(({ after: would }) => would.commands));
        assert.deepEqual(await oracle.status(`trial${n}`, 'INBOX'), untouched);
      }
      const [done, would] = [perMessage(await journalOf(live, 'effect')), perMessage(await journalOf(trial, 'trial'))];
      byDraft += [...done.values()].flat().filter((told) => told.includes(JSON.stringify(draft?.name))).length;
      assert.deepEqual(would, done, 'shadow mode');
      assert.deepEqual(perMessage(previewed), done, 'preview');
    }),
    { numRuns: RUNS, endOnFailure: true, examples: [CERTAIN] },
  );
  assert.ok(byDraft > 0, 'no draft would have done anything');
});
