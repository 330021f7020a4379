import { conditionTable } from './condition-table.ts';

const subject = (value: string) => ({ headers: [['subject', value]] as const });

conditionTable('subject', {
  holds: [
    ['invoice'],
    ['NO. 42'],
    ['ΟΔΟΣ', subject('Μεγάλη οδός'.normalize('NFD').replace(/\p{M}/gu, ''))],
    ['fi', subject('ﬁnance')],
    ['123', subject('１２３')],
    ['two words', subject('two   words')],
    ['请', subject('会议邀请')],
  ],
  fails: [['invoices'], ['strasse', subject('Straße')], ['invoice', { headers: [] }], ['anna']],
  refused: [[''], ['\n'], [1]],
  needs: { headers: ['subject'] },
});
