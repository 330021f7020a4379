import { parseNamedList } from '../../../shared/rules/named-list.ts';
import { conditionTable } from './condition-table.ts';

const known = (...entries: string[]) => ({ context: { lists: new Map([['vips', parseNamedList(entries)]]) } });

conditionTable('inList', {
  holds: [
    [{ list: 'vips' }, {}, known('x@y.example', 'ANNA@example.com')],
    [{ list: 'vips' }, {}, known('@example.com')],
    [{ list: 'vips' }, {}, known('example.com')],
    [{ list: 'vips', headers: ['cc'] }, {}, known('müller.example')],
  ],
  fails: [
    [{ list: 'vips' }, {}, known('bob@example.com')],
    [{ list: 'vips' }, { headers: [['from', 'a@mail.example.com']] }, known('example.com')],
    [{ list: 'vips', headers: ['to'] }, {}, known('anna@example.com')],
  ],
  unknown: [[{ list: 'vips' }], [{ list: 'others' }, {}, known('anna@example.com')]],
  refused: [
    ['vips'],
    [{ list: 'a b' }, '/list'],
    [{ list: 'vips', headers: [] }, '/headers'],
    [{ list: 'vips', headers: ['subject'] }, '/headers/0'],
  ],
  needs: { headers: ['from'] },
});
