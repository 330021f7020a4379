/**
 * A reply draft. No protocol makes APPEND happen exactly once, so each draft carries a marker made from the effect's id, and
 * is looked for from the noted UIDNEXT on before it is sent again.
 */
import { MailyardError } from '../errors.ts';
import { appendMessage } from '../imap/effects.ts';
import { arrivedSince } from '../imap/lookup.ts';
import { fetchFacts } from '../imap/messages.ts';
import type { MessageFacts } from '../mail/message.ts';
import { uidsOf } from '../mail/uid-set.ts';
import { buildDraft } from '../rules/draft.ts';
import { DRAFT_HEADERS } from '../rules/draft-headers.ts';
import type { DraftCommand, Target } from '../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './effect-deps.ts';
import { prepareTarget } from './effect-target.ts';

/** What a draft of ours has from the start; the mirror is told the same. */
export const DRAFT_KEYWORDS = ['$draft', '$seen'] as const;

export const runDraft = async (run: EffectRun, attempt: Attempt<DraftCommand>): Promise<Outcome> => {
  const { command, sentBefore } = attempt;
  if (sentBefore !== undefined) {
    const found = await findDraft(run, command, sentBefore);
    if (found !== undefined) return done(run, attempt, found, 'marker');
  }
  const original = await readOriginal(run, command);
  if (original === undefined) return skipped(run, attempt, 'message-gone');
  const target = sentBefore ?? (await prepareTarget(run.session, command.target));
  if (typeof target === 'string') return skipped(run, attempt, target);
  const { account } = run;
  const source = await buildDraft(command.draft, original, {
    messageId: `<${command.effectId}@${domainOf(account.address)}>`,
    effectId: command.effectId,
    from: { name: account.name, address: account.address },
    date: new Date(run.now()),
  });
  await attempt.markSent(target);
  const appended = await appendMessage(run.session, target.path, source, DRAFT_KEYWORDS);
  if (appended !== undefined) return done(run, attempt, appended, 'appenduid');
  const found = await findDraft(run, command, target);
  if (found === undefined) throw new MailyardError('imap.refused', 'the draft is not where the server said it put it');
  return done(run, attempt, found, 'marker');
};

type Place = { readonly uidValidity: number; readonly uid: number };

/** Our draft by its marker; the oldest, should there be more than one. */
const findDraft = async (run: EffectRun, command: DraftCommand, target: Target): Promise<Place | undefined> => {
  const arrived = await arrivedSince(run.session, target);
  const ours = arrived?.messages.find(({ marker }) => marker === command.effectId);
  return arrived === undefined || ours === undefined ? undefined : { uidValidity: arrived.uidValidity, uid: ours.uid };
};

const readOriginal = async (run: EffectRun, command: DraftCommand): Promise<MessageFacts | undefined> => {
  const [uid = 0] = uidsOf(command.uids);
  const known = run.factsOf(command.source.path, uid);
  if (known !== undefined) return known;
  const needs = { headers: DRAFT_HEADERS, body: command.draft.quote, structure: false };
  return (await fetchFacts(run.session, command.source, command.uids, needs))?.[0];
};

const domainOf = (address: string): string => {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]+$/.test(domain) ? domain : 'mailyard.invalid';
};

const done = (
  run: EffectRun,
  { command, attempt }: Attempt<DraftCommand>,
  at: Place,
  by: 'appenduid' | 'marker',
): Outcome => {
  const [uid = 0] = uidsOf(command.uids);
  return {
    state: 'done',
    attempt,
    evidence: { by, targetUidValidity: at.uidValidity, mapping: [[uid, at.uid, 1]] },
    at: run.now(),
  };
};

const skipped = (
  run: EffectRun,
  { attempt }: Attempt<DraftCommand>,
  reason: Extract<Outcome, { state: 'skipped' }>['reason'],
): Outcome => ({ state: 'skipped', attempt, reason, at: run.now() });
