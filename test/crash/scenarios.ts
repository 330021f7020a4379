/** What is decided before the worker is killed: effects of each kind, on two of the messages that arrive. */
import { type UidSet, uidSet, uidsOf } from '../../shared/mail/uid-set.ts';
import { ACTION_KINDS } from '../../shared/rules/actions.ts';
import { EFFECTS } from '../../shared/service/effects/table.ts';
import type { FolderRef, RequestedChange } from '../../shared/sync/requested.ts';

export type Scenario = {
  readonly name: string;
  /** As the owner writes them, in a rule for the messages whose subject holds "wanted". */
  readonly actions: readonly { readonly type: string }[];
  /** In a later rule for the second of them alone. */
  readonly alsoOfSecond?: Scenario['actions'];
  /** Instead of rules: what the owner asks for by hand, of messages that no rule is about. */
  readonly asks?: (inbox: FolderRef, wanted: UidSet) => readonly RequestedChange[];
  /** Only on these servers: effects that other scenarios have one by one, here together. */
  readonly servers?: readonly string[];
  /** What is put off is due then: a worker is stopped over that, too. */
  readonly dueAfterSeconds?: number;
  /** Flags with which all messages arrive. */
  readonly arrive: readonly string[];
  /** Where each wanted message has to be at the end; undefined where only the undisturbed run tells. */
  readonly ends?: readonly End[];
};
/** Flags in any order. */
export type End = { readonly folder: string; readonly flags: readonly string[]; readonly isDraft?: true };

const COMBINED_ON = ['full', 'bare'];
const PUT_OFF_SECONDS = 3 * 3_600;
const TARGET = { path: 'Target' };
const ARRIVE = ['Old', '\\Answered'];
const DRAFT: End = { folder: 'Drafts', flags: ['\\Draft', '\\Seen'], isDraft: true };

const WRITTEN: readonly Scenario[] = [
  {
    name: 'flag',
    actions: [
      { type: 'flag' },
      { type: 'markUnseen' },
      { type: 'addKeywords', keywords: ['todo'] },
      { type: 'removeKeywords', keywords: ['old'] },
    ] as { type: string }[],
    arrive: ['Old', '\\Seen'],
    ends: [{ folder: 'INBOX', flags: ['todo', '\\Flagged'] }],
  },
  {
    name: 'copy',
    actions: [{ type: 'copy', mailbox: TARGET } as { type: string }],
    arrive: ARRIVE,
    ends: [
      { folder: 'INBOX', flags: ARRIVE },
      { folder: 'Target', flags: ARRIVE },
    ],
  },
  {
    name: 'move',
    actions: [{ type: 'move', mailbox: TARGET } as { type: string }],
    arrive: ARRIVE,
    ends: [{ folder: 'Target', flags: ARRIVE }],
  },
  {
    name: 'moveToNewFolder',
    actions: [{ type: 'move', mailbox: { path: 'Made/By us' }, create: true } as { type: string }],
    arrive: ARRIVE,
    ends: [{ folder: 'Made/By us', flags: ARRIVE }],
  },
  {
    name: 'createDraft',
    actions: [{ type: 'createDraft', text: 'Thank you.' } as { type: string }],
    arrive: ARRIVE,
    ends: [{ folder: 'INBOX', flags: ARRIVE }, DRAFT],
  },
  {
    name: 'filedApart',
    servers: ['full', 'no-copyuid'],
    actions: [{ type: 'flag' }, { type: 'move', mailbox: TARGET } as { type: string }],
    alsoOfSecond: [
      { type: 'addKeywords', keywords: ['second'] } as { type: string },
      { type: 'move', mailbox: { role: 'archive' } } as { type: string },
    ],
    arrive: ARRIVE,
  },
  {
    name: 'everything',
    servers: COMBINED_ON,
    actions: [
      { type: 'unflag' },
      { type: 'markSeen' },
      { type: 'createDraft', text: 'Thank you.' },
      { type: 'copy', mailbox: { role: 'archive' } },
      { type: 'move', mailbox: TARGET },
      { type: 'stop' },
    ] as { type: string }[],
    arrive: [...ARRIVE, '\\Flagged'],
    ends: [
      { folder: 'Target', flags: [...ARRIVE, '\\Seen'] },
      { folder: 'Archive', flags: [...ARRIVE, '\\Seen'] },
      DRAFT,
    ],
  },
  {
    name: 'snooze',
    actions: [{ type: 'snooze', for: 'PT3H' } as { type: string }],
    dueAfterSeconds: PUT_OFF_SECONDS,
    arrive: [...ARRIVE, '\\Seen'],
    ends: [{ folder: 'INBOX', flags: ARRIVE }],
  },
  {
    name: 'expire',
    actions: [{ type: 'expire', after: 'PT3H' } as { type: string }],
    dueAfterSeconds: PUT_OFF_SECONDS,
    servers: COMBINED_ON,
    arrive: ARRIVE,
    ends: [{ folder: 'Trash', flags: ARRIVE }],
  },
  { name: 'destroy', actions: [{ type: 'destroy' }], servers: COMBINED_ON, arrive: ARRIVE, ends: [] },
];

const byHand = (
  name: string,
  asks: NonNullable<Scenario['asks']>,
  ends: readonly End[],
  servers?: readonly string[],
): Scenario => ({
  name,
  ...(servers === undefined ? {} : { servers }),
  actions: [],
  asks,
  arrive: ARRIVE,
  ends,
});

const ASKED: readonly Scenario[] = [
  byHand('moveByHand', (folder, uids) => [{ kind: 'change', folder, uids, add: ['$flagged'], mailbox: 'Target' }], [
    { folder: 'Target', flags: [...ARRIVE, '\\Flagged'] },
  ]),
  byHand('removeByHand', (folder, uids) => [{ kind: 'remove', folder, uids }], []),
  byHand(
    'replyByHand',
    (folder, uids) =>
      [...uidsOf(uids)].map((uid) => ({
        kind: 'reply' as const,
        id: `reply-${uid}`,
        to: { folder, uids: uidSet([uid]) },
        draft: { text: 'Thank you.', quote: true, evenIfAutomatic: true },
      })),
    [{ folder: 'INBOX', flags: ARRIVE }, DRAFT],
    COMBINED_ON,
  ),
  byHand(
    'foldersByHand',
    () => [
      { kind: 'createFolder', path: 'Plans' },
      { kind: 'renameFolder', path: 'Target', to: 'Goals' },
      { kind: 'deleteFolder', path: 'Empty' },
    ],
    [{ folder: 'INBOX', flags: ARRIVE }],
  ),
];

export const SCENARIOS: readonly Scenario[] = [...WRITTEN, ...ASKED];

/** Actions that no scenario has. What they come to may be covered by others of the same effect; the matrix names them. */
export const ACTIONS_WITHOUT_SCENARIO: readonly string[] = [...ACTION_KINDS.keys()].filter(
  (type) => !WRITTEN.some(({ actions }) => actions.some((action) => action.type === type)),
);

/** The kinds of effects that there are: each has to come up in some scenario. */
export const EFFECT_KINDS: readonly string[] = Object.keys(EFFECTS);

export const scenarioNamed = (name: string): Scenario => {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (scenario === undefined) {
    throw new Error(`there is no kind ${name}: ${SCENARIOS.map((one) => one.name).join(', ')}`);
  }
  return scenario;
};
