/** Rules for the letters of other clients: each kind of effect has to find its way into the mirror. */
export const RULES: readonly object[] = [
  {
    name: 'File',
    conditions: { subject: 'Letter 0' },
    actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Filed' }, create: true }],
  },
  {
    name: 'Mark and keep',
    conditions: { subject: 'Letter 1' },
    actions: [
      { type: 'flag' },
      { type: 'addKeywords', keywords: ['ruled'] },
      { type: 'copy', mailbox: { role: 'archive' } },
    ],
  },
  {
    name: 'Answer',
    conditions: { subject: 'Letter 2' },
    actions: [{ type: 'createDraft', text: 'Thank you.' }],
  },
];
