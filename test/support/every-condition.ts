/** Rules that between them ask for every condition and try every action, for mail of any kind. */

import type { EvaluateContext } from '../../shared/rules/context.ts';
import { parseNamedList } from '../../shared/rules/named-list.ts';
import { parseRule, type Rule } from '../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';

const MATCHES = [
  'a',
  ['nowhere', '\ufdfa\ufdfa!'],
  { is: 'x' },
  { startsWith: 'no-reply' },
  { endsWith: '-reply-' },
  { matches: '*a*?b*a*?c' },
  { regex: ['(a|aa)+$', '(.*)(.*)(.*)(.*)x!'] },
];
const TEXTS = [
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'body',
  'text',
  'listId',
  'envelopeTo',
  'subaddress',
  'attachmentName',
];
const BOOLEANS = [
  ...['hasAttachment', 'isEncrypted', 'isSigned', 'isMeetingRequest', 'isMeetingResponse', 'isNonDeliveryReport'],
  ...['isReadReceipt', 'isReply', 'isList', 'isBulk', 'isNoReply', 'isAutomaticReply', 'sentToMe', 'sentCcMe'],
  ...['sentOnlyToMe', 'sentToOrCcMe', 'notSentToMe', 'duplicate'],
];
const OTHERS = {
  hasKeyword: '$seen',
  notKeyword: '$draft',
  inMailbox: { role: 'inbox' },
  inMailboxOtherThan: [{ role: 'junk' }],
  minSize: 1,
  maxSize: 10,
  before: '2020-01-01T00:00:00Z',
  after: '2020-01-01T00:00:00Z',
  age: { atLeast: 'P1D' },
  attachmentCount: 0,
  attachmentType: 'image/*',
  importance: 'high',
  sensitivity: 'private',
  messageActionFlag: 'any',
  dmarc: { result: 'pass', authservId: 'mx.example.com' },
  spf: 'pass',
  dkim: ['fail', 'none'],
  fromDomain: ['example.com', 'bücher.example'],
  inList: { list: 'some' },
  header: ['subject', { regex: '^(re:|fwd:)*' }],
  function: { name: 'judge' },
};
const ACTIONS = [
  { type: 'move', mailbox: { path: '{{listId}}/{{sender.name}}/{{subject}}/{{subaddress}}' }, create: true },
  { type: 'copy', mailbox: { path: 'By/{{sender.domain}}/{{received.year}}' }, create: true },
  ...['archive', 'trash', 'markJunk', 'markNotJunk', 'markSeen', 'markUnseen', 'flag', 'unflag', 'webhook', 'keep'].map(
    (type) => ({ type }),
  ),
  { type: 'addKeywords', keywords: ['a'] },
  { type: 'removeKeywords', keywords: ['a'] },
  { type: 'setImportance', importance: 'high' },
  ...['reply', 'replyAll', 'forward'].map((kind) => ({
    type: 'createDraft',
    kind,
    text: '{{sender.name}} {{subject}}',
  })),
  { type: 'createDraft', evenIfAutomatic: true, text: '{{subject}}' },
  { type: 'expire', after: 'P1D' },
  { type: 'snooze', for: 'P1D' },
  { type: 'function', name: 'judge', permits: ['flag'] },
];

const inputs: readonly object[] = [
  ...TEXTS.flatMap((name) => MATCHES.map((match) => ({ conditions: { [name]: match } }))),
  ...BOOLEANS.flatMap((name) => [true, false].map((value) => ({ conditions: { [name]: value } }))),
  ...Object.entries(OTHERS).map(([name, value]) => ({ conditions: { [name]: value } })),
  ...ACTIONS.map((action) => ({ conditions: {}, actions: [action] })),
];

export const everyRule: readonly Rule[] = inputs.map((input, n) => ({
  ...parseRule({ name: `rule ${n}`, actions: [{ type: 'flag' }], ...input }, { support: FULL_SUPPORT }),
  id: `r${n}`,
  revision: 1,
  createdAt: 0,
  updatedAt: 0,
}));

export const everyContext: EvaluateContext = {
  accountId: 'a1',
  folders: (['inbox', 'archive', 'junk', 'trash'] as const).map((role) => ({
    path: role === 'inbox' ? 'INBOX' : role,
    role,
    delimiter: '/',
    selectable: true,
  })),
  now: Date.UTC(2026, 0, 1),
  me: ['me@example.org'],
  authservIds: ['mx.example.com'],
  lists: new Map([['some', parseNamedList(['example.com'])]]),
};
