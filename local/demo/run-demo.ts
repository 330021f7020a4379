/** The demo: a mailbox on this machine with mail in it, example rules, and new mail every few seconds. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRule } from '../../shared/rules/rule.ts';
import { createRule } from '../../shared/service/manage-rules.ts';
import { listAccounts } from '../../shared/store/accounts.ts';
import { listRules } from '../../shared/store/rules.ts';
import { replaceFile } from '../../shared/terminal/replace-file.ts';
import { ensureAccount } from '../named-account.ts';
import { type Service, TENANT } from '../service.ts';
import { nextArrival } from './arrivals.ts';
import { localCertificate } from './certificate.ts';
import { DEMO_OWNER, seedMailbox } from './mailbox.ts';
import { DEMO_RULES } from './rules.ts';
import { type DemoServer, startDemoServer } from './server.ts';

export type Demo = {
  readonly server: DemoServer;
  readonly user: string;
  readonly password: string;
  /** One more message, and the next one different, also after a restart. */
  readonly deliver: () => void;
};

const USER = 'robin';

export const startDemo = async (
  dataFolder: string,
  service: Service,
  report: (line: string) => void,
): Promise<Demo> => {
  const certificate = await localCertificate(dataFolder);
  const password = keptText(join(dataFolder, 'demo-password'), () => randomBytes(9).toString('base64url'));
  const [known] = await listAccounts(service.deps.table, TENANT);
  const server = await startOnPort(known?.port ?? 0, (port) =>
    startDemoServer({
      dataFolder,
      port,
      certificate,
      user: USER,
      password,
      seed: () => seedMailbox(new Date()),
      report,
    }),
  );
  await ensureAccount(service.deps, {
    server: { host: server.host, port: server.port, tls: 'implicit', user: USER, ca: certificate.certPem },
    ...DEMO_OWNER,
    applyToExisting: true,
    password: async () => password,
    newPassword: false,
  });
  if ((await listRules(service.deps.table, TENANT)).length === 0) {
    for (const rule of DEMO_RULES) {
      await createRule(service.deps, { tenant: TENANT, id: service.deps.newId(), input: parseRule(rule) });
    }
  }
  return { server, user: USER, password, deliver: () => deliverNext(dataFolder, server) };
};

/** The port of the last start, so that a mail client finds its way back; another where it is taken. */
const startOnPort = async (port: number, start: (port: number) => Promise<DemoServer>): Promise<DemoServer> => {
  try {
    return await start(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return await start(0);
  }
};

/** The number is written before the message goes out: a stop in between leaves one out rather than sending it twice. */
const deliverNext = (dataFolder: string, server: DemoServer): void => {
  const file = join(dataFolder, 'demo-arrivals');
  const n = Number(keptText(file, () => '0'));
  replaceFile(file, String(n + 1), 0o600);
  server.deliver(nextArrival(n, new Date()));
};

const keptText = (file: string, make: () => string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const text = make();
    replaceFile(file, text, 0o600);
    return text;
  }
};
