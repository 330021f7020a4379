/** Other programs that file mail by rules, as racers: imapfilter over the same line, sieve-filter beside the mail store. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIXTURE_USER } from './fixture.ts';
import { isOnPath } from './peer-program.ts';
import { runProgram } from './peers.ts';
import type { Racer } from './race.ts';
import { LUA, SIEVE } from './rules-mail.ts';
import type { Stage } from './stage.ts';

const IMAPFILTER = { name: 'imapfilter', program: 'imapfilter', debianPackage: 'imapfilter' } as const;
const SIEVE_FILTER = { name: 'sieve-filter', program: 'sieve-filter', debianPackage: 'dovecot-sieve' } as const;

const RUN_MS_MAX = 600_000;

/** Names of the tools, which are those of their users too. */
export const FILTER_TOOLS = [IMAPFILTER.name, SIEVE_FILTER.name] as const;

export const filterPeers = (stage: Stage): { readonly racers: Racer[]; readonly notes: string[] } => {
  const racers: Racer[] = [];
  const notes: string[] = [];
  for (const [tool, run] of [
    [IMAPFILTER, runImapfilter],
    [SIEVE_FILTER, runSieveFilter],
  ] as const) {
    if (isOnPath(tool.program)) racers.push({ name: tool.name, isPeer: true, run: () => run(stage) });
    else notes.push(`${tool.name} is missing: install the package ${tool.debianPackage}.`);
  }
  return { racers, notes };
};

const runImapfilter = async (stage: Stage) => {
  const folder = path.join(stage.workFolder, 'imapfilter');
  const config = path.join(folder, 'config.lua');
  mkdirSync(folder, { recursive: true });
  const trusted = path.join(folder, 'ca.pem');
  writeFileSync(trusted, stage.certificate.caPem);
  const account = `account = IMAP {
  server = 'localhost', port = ${stage.proxy.port}, ssl = 'auto',
  username = '${IMAPFILTER.name}', password = '${FIXTURE_USER.password}'
}
`;
  writeFileSync(config, account + LUA, { mode: 0o600 });
  return await stage.proxy.during(() =>
    timed(() => runProgram(IMAPFILTER.program, ['-c', config, '-t', trusted], RUN_MS_MAX, { IMAPFILTER_HOME: folder })),
  );
};

const runSieveFilter = async (stage: Stage) => {
  const { dir } = stage.server();
  const script = path.join(dir, 'rules.sieve');
  writeFileSync(script, SIEVE);
  // Read by the mail's owner.
  chmodSync(script, 0o644);
  const args = ['-c', path.join(dir, 'dovecot.conf'), '-u', SIEVE_FILTER.name, '-e', '-W', script, 'INBOX'];
  return await stage.proxy.during(() => timed(() => runProgram(SIEVE_FILTER.program, args, RUN_MS_MAX)));
};

const timed = async (act: () => Promise<boolean>): Promise<{ readonly ms: number }> => {
  const from = performance.now();
  if (!(await act())) throw new Error('a tool took too long');
  return { ms: performance.now() - from };
};
