import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { say } from './say.mjs';

/** The program looked for, the Debian package that brings it, and what for. */
const DOVECOT = [['dovecot', 'dovecot-imapd']];
const COMPILER = [
  ['cmake', 'cmake'],
  ['g++', 'g++'],
  ['make', 'make'],
  ['xz', 'xz-utils'],
  ['python3', 'python3'],
];

/** What the benches race against, each of which they can do without. */
const PEERS = [
  ['mbsync', 'isync'],
  ['offlineimap', 'offlineimap3'],
  ['imapfilter', 'imapfilter'],
  ['sieve-filter', 'dovecot-sieve'],
];

/** Dovecot and a compiler, by apt-get where that is there and permitted. Says what is missing where it is not. */
export const ensureTestPackages = () => {
  const missing = missingOf([...DOVECOT, ...COMPILER]);
  if (missing.length > 0) install(missing);
  sayWhereDovecotIsMissing('the tests need');
  const compiler = missingOf(COMPILER).length === 0;
  if (!compiler) {
    say(
      `the Lambda runtime client cannot be compiled: install ${missingOf(COMPILER).join(' ')} and run the tests again`,
    );
  }
  return { compiler };
};

/** Dovecot and the peers, one after the other: a system that has no package of one may have the others. */
export const ensureBenchPackages = () => {
  for (const program of [...DOVECOT, ...PEERS]) {
    const missing = missingOf([program]);
    if (missing.length > 0) install(missing);
  }
  sayWhereDovecotIsMissing('the benches over IMAP need');
  for (const [program, name] of PEERS) {
    if (missingOf([[program, name]]).length > 0)
      say(`${program} is missing and not raced against: install the package ${name} to have it`);
  }
};

const sayWhereDovecotIsMissing = (who) => {
  const missing = missingOf(DOVECOT);
  if (missing.length > 0) say(`${who} Dovecot 2.3: install the package ${missing.join(' ')} and run them again`);
};

const missingOf = (wanted) => wanted.filter(([program]) => !isOnPath(program)).map(([, name]) => name);

const isOnPath = (program) =>
  // Ordinary users' PATH often lacks sbin, where dovecot lives.
  [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'].some((dir) => {
    try {
      accessSync(path.join(dir, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const install = (names) => {
  const asRoot = process.getuid?.() === 0;
  if (!isOnPath('apt-get')) return;
  if (!asRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return;
  say(`installing ${names.join(' ')} by apt-get ...`);
  const command = ['sh', '-c', SCRIPT, 'sh', ...names];
  const result = asRoot
    ? spawnSync(command[0], command.slice(1), OPTIONS)
    : spawnSync('sudo', ['-n', ...command], OPTIONS);
  if (result.status === 0) return;
  process.stderr.write(`${`${result.stdout ?? ''}${result.stderr ?? ''}`.split('\n').slice(-15).join('\n').trim()}\n`);
  say('apt-get could not install them; its last words are above');
};

const OPTIONS = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 };

// policy-rc.d keeps the packages from starting their services: the tests start their own. --no-remove: another mail
// server is never thrown out for the tests. The lists have no lock that waits, so another apt-get is waited out.
const SCRIPT = `
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ] || grep -q 'mailyard setup' $policy; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\n# mailyard setup\\nexit 101\\n' > $policy && chmod 755 $policy
fi
for attempt in 1 2 3 4 5 6; do
  apt-get -q update && updated=1 && break
  sleep 5
done
[ -n "$updated" ] || echo 'apt-get update failed; trying with the lists that are there'
apt-get -q install -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 "$@"
`;
