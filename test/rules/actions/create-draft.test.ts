import { conversationOf } from '../../../shared/rules/draft-guard.ts';
import { NOW } from '../samples.ts';
import { actionTable } from './action-table.ts';

const draft = (more: object = {}, from = 'ann@example.com', thread = '<m1@example.com>') => ({
  effects: [
    {
      kind: 'draft',
      draft: { text: 'Hi', quote: true, evenIfAutomatic: false, ...more },
      conversation: conversationOf({
        headers: [
          ['from', from],
          ['message-id', thread],
        ],
      }),
    },
  ],
});
const unanswered = (more: object) => ({
  effects: [{ kind: 'draft', draft: { text: 'Hi', quote: true, evenIfAutomatic: false, ...more } }],
});
const DAY_MS = 86_400_000;
const draftedAt = (at: number) => ({
  history: {
    drafts: [
      {
        conversation: conversationOf({
          headers: [
            ['from', 'ann@example.com'],
            ['message-id', '<m1@example.com>'],
          ],
        }),
        at,
      },
    ],
  },
});
const mail = (...more: [string, string][]) => ({
  headers: [['from', 'Ann <ann@example.com>'] as const, ['message-id', '<m1@example.com>'] as const, ...more],
});
const none = { problem: 'automatic-mail' } as const;

actionTable('createDraft', {
  decides: [
    [{ text: 'Hi' }, draft(), mail()],
    [
      { text: 'Hi', quote: false, subject: 'S {{ subject }}' },
      draft({ quote: false, subject: 'S {{ subject }}' }),
      mail(),
    ],
    [{ text: 'Hi' }, none, mail(['auto-submitted', 'auto-replied'])],
    [{ text: 'Hi' }, draft(), mail(['auto-submitted', 'no'])],
    [{ text: 'Hi' }, draft(), mail(['auto-submitted', 'No (said so)'])],
    [{ text: 'Hi' }, none, mail(['auto-submitted', 'notified'])],
    [{ text: 'Hi' }, none, mail(['precedence', 'Bulk'])],
    [{ text: 'Hi' }, none, mail(['precedence', 'list'])],
    [{ text: 'Hi' }, none, mail(['precedence', 'junk'])],
    [{ text: 'Hi' }, draft(), mail(['precedence', 'first-class'])],
    [{ text: 'Hi' }, none, mail(['list-unsubscribe', '<https://example.com/u>'])],
    [{ text: 'Hi' }, none, mail(['list-id', '<l.example.com>'])],
    [{ text: 'Hi' }, none, mail(['return-path', '<>'])],
    [{ text: 'Hi' }, draft(), mail(['return-path', '<ann@example.com>'])],
    [{ text: 'Hi' }, none, mail(['x-auto-response-suppress', 'DR, OOF, AutoReply'])],
    [{ text: 'Hi' }, none, mail(['x-auto-response-suppress', 'All'])],
    [{ text: 'Hi' }, none, mail(['reply-to', 'no-reply@example.com'])],
    [{ text: 'Hi' }, none, mail(['sender', 'bounces+42@example.com'])],
    ...[
      'noreply',
      'no_reply',
      'DoNotReply',
      'do-not-reply',
      'shop-noreply',
      'noreply-42',
      'mailer-daemon',
      'postmaster',
    ].map((name) => [{ text: 'Hi' }, none, { headers: [['from', `${name}@example.com`]] as const }] as const),
    ...['norbert', 'reply', 'connor.eply', 'postmasters.wife'].map(
      (name) =>
        [
          { text: 'Hi' },
          draft({}, `${name}@example.com`),
          {
            headers: [
              ['from', `${name}@example.com`],
              ['message-id', '<m1@example.com>'],
            ] as const,
          },
        ] as const,
    ),
    [{ text: 'Hi' }, none, { headers: [['from', 'undisclosed']] }],
    [{ text: 'Hi' }, none, { headers: [] }],
    [
      { text: 'Hi', kind: 'replyAll', cc: ['c@example.com'] },
      draft({ kind: 'replyAll', cc: ['c@example.com'] }),
      mail(),
    ],
    [{ text: 'Hi', kind: 'replyAll' }, none, mail(['precedence', 'list'])],
    // A forward and a new message answer nobody, so that a machine's mail may be handed on.
    [
      { text: 'Hi', kind: 'forward', to: ['b@example.com'] },
      unanswered({ kind: 'forward', to: ['b@example.com'] }),
      mail(['precedence', 'bulk']),
    ],
    [{ text: 'Hi', kind: 'new', to: ['b@example.com'] }, unanswered({ kind: 'new', to: ['b@example.com'] }), mail()],
    [{ text: 'Hi' }, { problem: 'own-address' }, { headers: [['from', 'Me <me+x@Example.org>']] as const }],
    [{ text: 'Hi' }, { problem: 'own-address' }, mail(['reply-to', 'me@example.org'])],
    [{ text: 'Hi' }, { problem: 'drafted-lately' }, mail(), draftedAt(NOW - 6 * DAY_MS)],
    [{ text: 'Hi' }, draft(), mail(), draftedAt(NOW - 7 * DAY_MS)],
    [{ text: 'Hi', againAfter: 'PT1H' }, draft(), mail(), draftedAt(NOW - 6 * DAY_MS)],
    [
      { text: 'Hi' },
      { problem: 'drafted-lately' },
      mail(['references', '<m1@example.com> <m2@example.com>']),
      draftedAt(NOW),
    ],
    [
      { text: 'Hi' },
      draft({}, 'ann@example.com', '<m0@example.com>'),
      mail(['references', '<m0@example.com>']),
      draftedAt(NOW),
    ],
    [{ text: 'Hi', evenIfAutomatic: true }, draft({ evenIfAutomatic: true }), mail(['precedence', 'bulk'])],
  ],
  refused: [
    [{ text: 'Hi', kind: 'redirect' }, '/kind'],
    [{ text: 'Hi', kind: 'new' }, '/to'],
    [{ text: 'Hi', kind: 'new', to: [] }, '/to'],
    [{ text: 'Hi', to: ['a@b\r\nBcc: c@d'] }, '/to/0'],
    [{ text: 'Hi', cc: ['nobody'] }, '/cc/0'],
    [{ text: 'Hi', againAfter: '7d' }, '/againAfter'],
    [{}, '/text'],
    [{ text: ' ' }, '/text'],
    [{ text: 'ä'.repeat(1_025) }, '/text'],
    [{ text: 'Hi {{constructor}}' }, '/text'],
    [{ text: 'Hi {{__proto__}} {{sender.name}}' }, '/text'],
    [{ text: 'Hi', subject: '{{sender}}' }, '/subject'],
    [{ text: 'Hi', subject: 's'.repeat(501) }, '/subject'],
    [{ text: 'Hi\ud800' }, '/text'],
    [{ text: 'Hi', quote: 1 }, '/quote'],
  ],
});
