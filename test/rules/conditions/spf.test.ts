import { conditionTable } from './condition-table.ts';

const server = 'mx.example.org';
const fields = (...all: string[]) => ({
  headers: all.map((value): [string, string] => ['authentication-results', value]),
});
const trusting = { context: { authservIds: [server] } };

conditionTable('spf', {
  holds: [
    [{ result: 'pass', authservId: 'MX.example.org' }, fields(`${server}; spf=pass (really=fail; spf=fail) x.y=z`)],
    ['fail', fields(`${server} 1; other=pass; spf=fail reason="a;spf=pass"`), trusting],
    [['softfail', 'fail'], fields('elsewhere.example; spf=pass', `${server}; spf=fail`), trusting],
    // Whoever writes a second field under the server's name is not believed.
    ['fail', fields(`${server}; spf=fail`, `${server}; spf=pass`), trusting],
    ['none', fields(`${server}; other=pass`), trusting],
    ['none', fields('elsewhere.example; spf=pass'), trusting],
    ['none', {}, trusting],
  ],
  fails: [
    ['pass', fields('elsewhere.example; spf=pass'), trusting],
    ['pass', fields(`${server}; spf=fail`, `${server}; spf=pass`), trusting],
    ['pass', fields(`${server}; other=pass (spf=pass)`), trusting],
    ['pass', fields(`${server}.evil.example; spf=pass`), trusting],
  ],
  unknown: [['pass', fields(`${server}; spf=pass`)]],
  refused: [['ok'], [[]], [{ result: 'pass' }, '/authservId'], [{ result: 'pass', authservId: 'a b' }, '/authservId']],
  needs: { headers: ['authentication-results'] },
});
