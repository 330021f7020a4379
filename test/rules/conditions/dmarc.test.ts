import { conditionTable } from './condition-table.ts';

const server = 'mx.example.org';
const fields = (...all: string[]) => ({
  headers: all.map((value): [string, string] => ['authentication-results', value]),
});
const trusting = { context: { authservIds: [server] } };

conditionTable('dmarc', {
  holds: [
    [{ result: 'pass', authservId: 'MX.example.org' }, fields(`${server}; dmarc=pass (really=fail; dmarc=fail) x.y=z`)],
    ['fail', fields(`${server} 1; other=pass; dmarc=fail reason="a;dmarc=pass"`), trusting],
    [['softfail', 'fail'], fields('elsewhere.example; dmarc=pass', `${server}; dmarc=fail`), trusting],
    // Whoever writes a second field under the server's name is not believed.
    ['fail', fields(`${server}; dmarc=fail`, `${server}; dmarc=pass`), trusting],
    ['none', fields(`${server}; other=pass`), trusting],
    ['none', fields('elsewhere.example; dmarc=pass'), trusting],
    ['none', {}, trusting],
  ],
  fails: [
    ['pass', fields('elsewhere.example; dmarc=pass'), trusting],
    ['pass', fields(`${server}; dmarc=fail`, `${server}; dmarc=pass`), trusting],
    ['pass', fields(`${server}; other=pass (dmarc=pass)`), trusting],
    ['pass', fields(`${server}.evil.example; dmarc=pass`), trusting],
  ],
  unknown: [['pass', fields(`${server}; dmarc=pass`)]],
  refused: [['ok'], [[]], [{ result: 'pass' }, '/authservId'], [{ result: 'pass', authservId: 'a b' }, '/authservId']],
  needs: { headers: ['authentication-results'] },
});
