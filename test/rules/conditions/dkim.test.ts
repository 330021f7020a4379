import { conditionTable } from './condition-table.ts';

const server = 'mx.example.org';
const fields = (...all: string[]) => ({
  headers: all.map((value): [string, string] => ['authentication-results', value]),
});
const trusting = { context: { authservIds: [server] } };

conditionTable('dkim', {
  holds: [
    [{ result: 'pass', authservId: 'MX.example.org' }, fields(`${server}; dkim=pass (really=fail; dkim=fail) x.y=z`)],
    ['fail', fields(`${server} 1; other=pass; dkim=fail reason="a;dkim=pass"`), trusting],
    [['softfail', 'fail'], fields('elsewhere.example; dkim=pass', `${server}; dkim=fail`), trusting],
    // Whoever writes a second field under the server's name is not believed.
    ['fail', fields(`${server}; dkim=fail`, `${server}; dkim=pass`), trusting],
    ['none', fields(`${server}; other=pass`), trusting],
    ['none', fields('elsewhere.example; dkim=pass'), trusting],
    ['none', {}, trusting],
  ],
  fails: [
    ['pass', fields('elsewhere.example; dkim=pass'), trusting],
    ['pass', fields(`${server}; dkim=fail`, `${server}; dkim=pass`), trusting],
    ['pass', fields(`${server}; other=pass (dkim=pass)`), trusting],
    ['pass', fields(`${server}.evil.example; dkim=pass`), trusting],
  ],
  unknown: [['pass', fields(`${server}; dkim=pass`)]],
  refused: [['ok'], [[]], [{ result: 'pass' }, '/authservId'], [{ result: 'pass', authservId: 'a b' }, '/authservId']],
  needs: { headers: ['authentication-results'] },
});
