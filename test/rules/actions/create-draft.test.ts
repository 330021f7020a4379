import { actionTable } from './action-table.ts';

const draft = (more: object = {}) => ({
  effects: [{ kind: 'draft', draft: { text: 'Hi', quote: true, evenIfAutomatic: false, ...more } }],
});
const mail = (...more: [string, string][]) => ({ headers: [['from', 'Ann <ann@example.com>'] as const, ...more] });
const none = { problem: 'automatic-mail' } as const;

actionTable('createDraft', {
  decides: [
    [{ text: 'Hi' }, draft()],
    [{ text: 'Hi', quote: false, subject: 'S {{ subject }}' }, draft({ quote: false, subject: 'S {{ subject }}' })],
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
      (name) => [{ text: 'Hi' }, draft(), { headers: [['from', `${name}@example.com`]] as const }] as const,
    ),
    [{ text: 'Hi' }, none, { headers: [['from', 'undisclosed']] }],
    [{ text: 'Hi' }, none, { headers: [] }],
    [{ text: 'Hi', evenIfAutomatic: true }, draft({ evenIfAutomatic: true }), mail(['precedence', 'bulk'])],
  ],
  refused: [
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
