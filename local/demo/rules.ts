/** Rules that show what rules can do, on the demo's mail. Plain data, as an owner would post it to /v1/rules. */

const ARRIVED = { mode: 'live', mailboxes: [{ role: 'inbox' }], trigger: { type: 'arrived' } } as const;

export const DEMO_RULES = [
  {
    ...ARRIVED,
    name: 'Spam to Junk',
    description: 'What the mail server marked as spam goes to Junk, read.',
    sequence: 10,
    conditions: { header: ['X-Spam-Flag', 'YES'] },
    actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { role: 'junk' } }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'The boss is urgent',
    description: 'Mail from the boss that says it is urgent is flagged and stays in the inbox.',
    sequence: 20,
    conditions: {
      operator: 'AND',
      conditions: [
        { from: 'helen.marsh@studio.example' },
        { operator: 'OR', conditions: [{ subject: 'urgent' }, { header: ['Importance', 'high'] }] },
      ],
    },
    actions: [{ type: 'flag' }, { type: 'addKeywords', keywords: ['$important'] }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Code host to its folder',
    description: 'Notifications of the code host, before the rule for mailing lists sees them.',
    sequence: 30,
    conditions: { from: 'notifications@forge.example' },
    actions: [{ type: 'move', mailbox: { path: 'Code' }, create: true }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Newsletters and lists',
    description: 'Whatever names a list goes to Newsletters.',
    sequence: 40,
    conditions: { header: ['List-Id'] },
    actions: [{ type: 'move', mailbox: { path: 'Newsletters' }, create: true }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Invoices, in three languages',
    description: 'Invoices are marked and filed.',
    sequence: 50,
    conditions: {
      operator: 'OR',
      conditions: [{ subject: 'invoice' }, { subject: 'Rechnung' }, { subject: 'facture' }],
    },
    actions: [
      { type: 'addKeywords', keywords: ['$invoice'] },
      { type: 'move', mailbox: { path: 'Invoices' }, create: true },
    ],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Receipts kept in the archive',
    description: 'A receipt with an attachment is copied to the archive and marked as read.',
    sequence: 60,
    conditions: { operator: 'AND', conditions: [{ subject: 'receipt' }, { hasAttachment: true }] },
    actions: [{ type: 'copy', mailbox: { role: 'archive' } }, { type: 'markSeen' }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Invitations marked',
    description: 'Calendar mail gets a keyword that clients can show.',
    sequence: 70,
    conditions: { header: ['Content-Class', 'calendarmessage'] },
    actions: [{ type: 'addKeywords', keywords: ['$calendar'] }],
    stopProcessingRules: true,
  },
  {
    ...ARRIVED,
    name: 'Draft an answer to questions',
    description: 'A person who asks for something finds a draft of an answer prepared; machines get none.',
    sequence: 80,
    conditions: { operator: 'OR', conditions: [{ body: 'could you' }, { subject: 'question' }, { subject: 'quote' }] },
    actions: [
      {
        type: 'createDraft',
        text: 'Dear {{sender.name}},\n\nthank you for your message. I will look into it and come back to you.\n\nRobin',
      },
    ],
    stopProcessingRules: false,
  },
] as const;
