/**
 * A reply draft. No protocol makes APPEND happen exactly once, so each draft carries a marker made from the effect's id, and
 * is looked for from the noted UIDNEXT on before it is sent again.
 */
import { appendMessage, presentUids } from '../../imap/effects.ts';
import { arrivedSince, type Described } from '../../imap/lookup.ts';
import { fetchFacts } from '../../imap/messages.ts';
import type { MessageFacts } from '../../mail/message.ts';
import { uidCount, uidSet, uidsOf } from '../../mail/uid-set.ts';
import { buildDraft, composeDraft } from '../../rules/draft.ts';
import { DRAFT_HEADERS } from '../../rules/draft-headers.ts';
import { type DraftCommand, mappedPairs, type SkipReason, type Target } from '../../sync/journal.ts';
import type { Attempt, EffectKindOf, EffectRun, Outcome } from './kind.ts';
import { hasKeywords } from './remove.ts';
import { examineSource } from './source.ts';
import { enterInTarget, prepareTarget } from './target.ts';

/** What a draft of ours has from the start; the mirror is told the same. */
const DRAFT_KEYWORDS = ['$draft', '$seen'] as const;

const runDraft = async (run: EffectRun, attempt: Attempt<DraftCommand>): Promise<Outcome> => {
  const { command } = attempt;
  const sentBefore = attempt.sentBefore?.target;
  if (sentBefore !== undefined) {
    const found = await findDraft(run, command, sentBefore);
    if (found === 'missing') return skipped(run, attempt, 'mailbox-missing');
    if (found === 'made-anew') {
      return parked(
        run,
        attempt,
        'the folder for drafts was made anew, and nobody can say whether the draft was in it',
      );
    }
    if (typeof found === 'object') return done(run, attempt, sentBefore, found, 'marker');
    if (found === 'some-gone' && attempt.sentBefore?.sentAt !== 0) {
      return parked(
        run,
        attempt,
        'drafts were taken out of their folder, and nobody can say whether ours was one of them',
      );
    }
  }
  const source = await write(run, command);
  if (source === undefined) return skipped(run, attempt, 'message-gone');
  const target = sentBefore ?? (await prepareTarget(run.session, command.target));
  if (typeof target === 'string') return skipped(run, attempt, target);
  await attempt.markSent(target);
  const appended = await appendMessage(run.session, target.path, source, DRAFT_KEYWORDS);
  if (appended !== undefined) return done(run, attempt, target, appended, 'appenduid');
  // The server says that it took it: whoever was quicker than we has dealt with it, and it is not written again.
  const found = await findDraft(run, command, target);
  if (typeof found === 'object') return done(run, attempt, target, found, 'marker');
  return parked(run, attempt, 'the server took the draft, and it is no longer there as we wrote it');
};

type Place = { readonly uidValidity: number; readonly uid: number };

/** Our draft by its marker; the oldest, should there be more than one. */
const findDraft = async (
  run: EffectRun,
  command: DraftCommand,
  target: Target,
): Promise<Place | 'missing' | 'made-anew' | 'some-gone' | undefined> => {
  const arrived = await arrivedSince(run.session, target);
  if (typeof arrived === 'string') return arrived;
  const ours = arrived.messages.find((one) => isOurs(command, one));
  if (ours !== undefined) return { uidValidity: arrived.uidValidity, uid: ours.uid };
  return arrived.someGone ? 'some-gone' : undefined;
};

/** Servers that rewrite the Message-ID leave our header, and the other way round. */
const isOurs = ({ effectId }: DraftCommand, { marker, messageId }: Described): boolean =>
  marker === effectId || messageId.startsWith(`<${effectId}@`);

/** The draft as a message; undefined when the one that it answers is gone. */
const write = async (run: EffectRun, command: DraftCommand): Promise<Buffer | undefined> => {
  const { account } = run;
  const options = {
    messageId: `<${command.effectId}@${domainOf(account.address)}>`,
    effectId: command.effectId,
    from: { name: account.name, address: account.address },
    date: new Date(run.now()),
  };
  if (!('quote' in command.draft)) return await composeDraft(command.draft, options);
  const original = await readOriginal(run, command, command.draft.quote);
  return original === undefined ? undefined : await buildDraft(command.draft, original, options);
};

const readOriginal = async (
  run: EffectRun,
  command: DraftCommand,
  body: boolean,
): Promise<MessageFacts | undefined> => {
  const [uid = 0] = uidsOf(command.uids);
  const known = run.factsOf(command.source.path, uid);
  // Whoever deleted the message in between wants no answer to it.
  if (known !== undefined) {
    const trouble = await examineSource(run.session, command.source);
    if (trouble !== undefined) return undefined;
    return uidCount(await presentUids(run.session, command.uids)) === 1 ? known : undefined;
  }
  const needs = { headers: DRAFT_HEADERS, body, structure: false };
  return (await fetchFacts(run.session, command.source, command.uids, needs))?.[0];
};

const domainOf = (address: string): string => {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return /^[A-Za-z0-9.-]+$/.test(domain) ? domain : 'mailyard.invalid';
};

const done = (
  run: EffectRun,
  { command, attempt }: Attempt<DraftCommand>,
  target: Target,
  at: Place,
  by: 'appenduid' | 'marker',
): Outcome => {
  const [uid = 0] = uidsOf(command.uids);
  return {
    state: 'done',
    attempt,
    target,
    evidence: { by, targetUidValidity: at.uidValidity, mapping: [[uid, at.uid, 1]] },
    at: run.now(),
  };
};

/** Written again it might be there twice, once as the person edited it. */
const parked = (run: EffectRun, { attempt }: Attempt<DraftCommand>, reason: string): Outcome => ({
  state: 'parked',
  attempt,
  reason,
  at: run.now(),
});

const skipped = (run: EffectRun, { attempt }: Attempt<DraftCommand>, reason: SkipReason): Outcome => ({
  state: 'skipped',
  attempt,
  reason,
  at: run.now(),
});

/**
 * Drafts with the marker of this effect, beside the one that was proved. Where that one is gone, the person has dealt with it,
 * and what turns up later is a double all the same.
 */
const findDoubles: EffectKindOf<DraftCommand>['findDoubles'] = async ({ session }, { command, state }) => {
  const { mapping = [], targetUidValidity } = state.evidence;
  const { target } = state;
  if (targetUidValidity === undefined || target === undefined) return [];
  const arrived = await arrivedSince(session, { ...target, uidValidity: targetUidValidity });
  const [[, kept] = [0, 0]] = mappedPairs(mapping);
  if (typeof arrived === 'string') return [];
  const doubles = arrived.messages.filter(
    (one) => isOurs(command, one) && one.uid !== kept && hasKeywords(one, DRAFT_KEYWORDS),
  );
  if (doubles.length === 0) return [];
  return [
    {
      kind: 'remove',
      folder: { path: target.path, uidValidity: targetUidValidity },
      uids: uidSet(doubles.map(({ uid }) => uid)),
      written: { keywords: DRAFT_KEYWORDS, effectId: command.effectId },
    },
  ];
};

export const draftEffect: EffectKindOf<DraftCommand> = {
  isIdempotent: () => false,
  countsAs: 'draft',
  run: runDraft,
  enter: async (books, { command, state }) => {
    await enterInTarget(books, command.target.path, state, () => DRAFT_KEYWORDS);
  },
  findDoubles,
  undo: ({ command, state }) => {
    const { mapping = [], targetUidValidity } = state.evidence;
    if (targetUidValidity === undefined) return { impossible: 'it is not known where the draft lies' };
    return {
      changes: [
        {
          kind: 'remove',
          folder: { path: command.target.path, uidValidity: targetUidValidity },
          uids: uidSet([...mappedPairs(mapping)].map(([, to]) => to)),
          written: { keywords: DRAFT_KEYWORDS, effectId: command.effectId },
        },
      ],
    };
  },
  tell: ({ target }) => `reply drafted in ${target.path}`,
};
