import { actionTable } from './action-table.ts';

actionTable('webhook', {
  decides: [
    [{}, { effects: [{ kind: 'webhook', event: 'rule.matched' }] }],
    [{ event: 'invoice.arrived' }, { effects: [{ kind: 'webhook', event: 'invoice.arrived' }] }],
  ],
  refused: [
    [{ event: 'Invoice arrived' }, '/event'],
    [{ url: 'https://example.com' }, '/url'],
  ],
});
