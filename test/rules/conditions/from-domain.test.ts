import { conditionTable } from './condition-table.ts';

const from = (value: string) => ({ headers: [['from', value]] as const });

conditionTable('fromDomain', {
  holds: [
    ['example.com'],
    ['EXAMPLE.COM'],
    ['com'],
    [['example.net', 'example.com'], from('a@mail.example.com')],
    ['bücher.example', from('a@xn--bcher-kva.example')],
    ['xn--bcher-kva.example', from('a@shop.Bücher.example')],
    ['ｅxample.com', from('a@example.com')],
  ],
  fails: [
    ['example.org'],
    ['ample.com'],
    ['example.com', from('a@example.com.evil.example')],
    ['example.com', from('example.com')],
  ],
  refused: [['@example.com'], ['.com'], ['a b'], [''], [[]], [['a.b', '@c'], '/1']],
  needs: { headers: ['from'] },
});
