/** `rules restore`: what a rule was before. */
import type { Command } from 'commander';
import { acting, type Context } from '../context.ts';
import { changeText } from '../difference-text.ts';
import { ruleNamed } from '../named.ts';
import { timeText } from '../terminal.ts';

export const addRestoreCommand = (rules: Command): void => {
  rules
    .command('restore <rule> [revision]')
    .description('save a former revision anew; without one the revisions are listed')
    .option('--yes', 'do not ask')
    .action(acting<{ yes?: boolean }>(restore));
};

const restore = async (
  context: Context,
  [word = '', revision]: readonly string[],
  { yes }: { readonly yes?: boolean },
): Promise<void> => {
  const { call, terminal, json } = context;
  const { id: ruleId } = await ruleNamed(context, word);
  if (revision === undefined) {
    const { revisions } = (await call('listRuleRevisions', { params: { ruleId } })).body;
    if (json) return terminal.json(revisions);
    if (revisions.length === 0) return terminal.say('It was never another.');
    return terminal.table(
      ['REVISION', 'SAVED', 'NAME', 'MODE'],
      revisions.map((one) => [String(one.revision), timeText(one.savedAt), one.rule.name, one.rule.mode]),
    );
  }
  const params = { ruleId, revision };
  const { etag = '*' } = await call('getRule', { params: { ruleId } });
  const { changes } = (await call('diffRuleRevision', { params })).body;
  if (changes.length === 0) return terminal.say('It is like that already.');
  // The difference is told from then to now; restoring goes the other way.
  const back = changes.map(({ pointer, before, after }) => ({ pointer, before: after, after: before }));
  if (!json) for (const change of back) terminal.say(changeText(change));
  await context.consent('Go back to this?', yes);
  const { body } = await call('restoreRuleRevision', { params, ifMatch: etag });
  if (json) terminal.json(body);
  else terminal.say(`${body.name} is as it was in revision ${revision}.`);
};
