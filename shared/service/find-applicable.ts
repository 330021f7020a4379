/**
 * What rules would do to mail that is there. The server is asked for what it can tell apart, and what it finds is read and put to
 * the rules, so that the answer is the rules' own. Nothing is changed.
 */
import { createHash } from 'node:crypto';
import { MailyardError } from '../errors.ts';
import { searchUids } from '../imap/pipe/search.ts';
import { searchTrustOf } from '../imap/search-trust.ts';
import { selectFolder } from '../imap/selected.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import { type UidSet, uidCount, uidSet, uidsOf } from '../mail/uid-set.ts';
import { formatSearch } from '../rules/format-search.ts';
import { pushDown } from '../rules/push-down.ts';
import type { Rule } from '../rules/rule.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { type Asked, applyRules, type Decided, type RuleContext } from './apply-rules.ts';

export type Applicable = {
  readonly folder: FolderCursor;
  /** All that the folder holds, those that were read for it, and those on which the rules would act. */
  readonly messages: number;
  readonly examined: number;
  readonly uids: UidSet;
};

export type Found = {
  readonly folders: readonly Applicable[];
  readonly samples: readonly Decided[];
  /** The same for the same messages and effects. */
  readonly digest: string;
  /** Messages on which each rule would act. */
  readonly byRule: ReadonlyMap<string, number>;
};

/** As rules are put to messages by hand: whatever their mode and trigger. `mailboxes` stand in for the rules' own. */
export const asManual = (rules: readonly Rule[], mailboxes: readonly string[] | undefined): Rule[] =>
  rules.map(({ paused: _paused, ...rule }) => ({
    ...rule,
    mode: 'live',
    trigger: { type: 'arrived' },
    ...(mailboxes === undefined ? {} : { mailboxes: mailboxes.map((path) => ({ path })) }),
  }));

export const askedByHand = (rules: readonly Rule[], trigger: string): Asked => ({
  rules,
  eventOf: () => ({ type: 'arrived' }),
  trigger,
});

/** Throws `request.too-large` beyond `applyMessagesMax`, `deadline.reached` where the time does not suffice, `imap.*`. */
export const findApplicable = async (
  session: MailSession,
  context: RuleContext,
  rules: readonly Rule[],
  folders: readonly FolderCursor[],
): Promise<Found> => {
  const hash = createHash('sha256');
  const found: Applicable[] = [];
  const samples: Decided[] = [];
  const byRule = new Map<string, number>();
  let count = 0;
  for (const folder of folders) {
    const opened = await selectFolder(session, folder.path);
    if (opened === undefined || opened.uidValidity !== folder.uidValidity) continue;
    const search = pushDown(rules, searchTrustOf(session));
    const candidates =
      opened.exists === 0 ? [] : await searchUids(session, search === undefined ? 'ALL' : formatSearch(search));
    const acting: number[] = [];
    const all = [...uidsOf(candidates)];
    for (let from = 0; from < all.length; from += LIMITS.fetchBatchMessages) {
      if (context.isLate())
        throw new MailyardError('deadline.reached', 'that is too much mail to look at in one go; name fewer folders');
      const some = uidSet(all.slice(from, from + LIMITS.fetchBatchMessages));
      const place = { ...folder, isThere: () => true };
      const { decided } = await applyRules(session, context, place, some, askedByHand(rules, 'manual'));
      for (const one of decided) {
        const { effects } = one.decision;
        if (effects.length === 0) continue;
        acting.push(one.facts.uid);
        hash.update(JSON.stringify([folder.id, folder.uidValidity, one.facts.uid, effects]));
        for (const id of new Set(effects.map(({ ruleId }) => ruleId))) byRule.set(id, (byRule.get(id) ?? 0) + 1);
        if (samples.length < LIMITS.applySamples) samples.push(one);
      }
      if (count + acting.length > LIMITS.applyMessagesMax) throw tooMany();
    }
    count += acting.length;
    found.push({ folder, messages: opened.exists, examined: uidCount(candidates), uids: uidSet(acting) });
  }
  return { folders: found, samples, digest: hash.digest('base64url'), byRule };
};

const tooMany = (): MailyardError =>
  new MailyardError(
    'request.too-large',
    `the rule would act on more than ${LIMITS.applyMessagesMax} messages; name fewer folders`,
  );
