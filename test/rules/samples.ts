/** Rules, facts and folders for the tests of the rules language. */
import type { ListedFolder } from '../../shared/mail/folder.ts';
import type { MessageFacts } from '../../shared/mail/message.ts';
import type { EvaluateContext } from '../../shared/rules/evaluate.ts';
import { parseRule, type Rule } from '../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';

const folder = (path: string, more: Partial<ListedFolder> = {}): ListedFolder => ({
  path,
  delimiter: '/',
  selectable: true,
  ...more,
});

export const FOLDERS: readonly ListedFolder[] = [
  folder('INBOX', { role: 'inbox' }),
  folder('Archiv', { role: 'archive' }),
  folder('Bills'),
  folder('Lists', { selectable: false }),
  folder('Lists/tc39'),
];

export const NOW = Date.parse('2025-03-02T12:00:00Z');

export const CONTEXT: EvaluateContext = {
  accountId: 'a1',
  folders: FOLDERS,
  now: NOW,
  me: ['me@example.org', 'Ich@Bücher.example'],
};

export const sampleFacts = (more: Partial<MessageFacts> = {}): MessageFacts => ({
  mailbox: 'INBOX',
  uid: 7,
  keywords: ['$flagged'],
  size: 5_000,
  receivedAt: Date.parse('2025-03-01T09:30:00Z'),
  headers: [
    ['from', '"Müller, Anna" <anna@example.com>'],
    ['to', 'me@example.org, Bob <bob@example.org>'],
    ['cc', 'carol@xn--mller-kva.example'],
    ['subject', 'Invoice No. 42'],
    ['message-id', '<m1@example.com>'],
  ],
  parts: [
    { type: 'multipart/mixed' },
    { type: 'text/plain' },
    { type: 'application/pdf', disposition: 'attachment', name: 'Rechnung 42.pdf' },
  ],
  bodyText: 'Please pay the\namount due.',
  ...more,
});

export const sampleRule = (input: object, id = 'r1'): Rule => ({
  ...parseRule(
    { name: id, conditions: {}, actions: [{ type: 'flag' }], ...input },
    { support: FULL_SUPPORT, mayDestroy: true },
  ),
  id,
  revision: 1,
  createdAt: 0,
  updatedAt: 0,
});
