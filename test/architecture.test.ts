import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CHECKS } from './architecture/checks.ts';
import type { Sources } from './architecture/sources.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDERS = ['infra', 'functions', 'local', 'cli', 'shared', 'test', 'bench', 'scripts'];

const readSources = (): Sources => {
  const files = FOLDERS.filter((folder) => existsSync(path.join(ROOT, folder))).flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.split(path.sep).includes('node_modules'))
      .map((name) => `${folder}/${name.split(path.sep).join('/')}`),
  );
  return new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
};

const sources = readSources();

for (const [name, check] of Object.entries(CHECKS)) {
  test(`the sources pass: ${name}`, () => {
    const found = check(sources).map(({ file, detail }) => `${file}: ${detail}`);
    assert.deepEqual(found, []);
  });
}

/** Small houses with one thing wrong: what must be found, so that each check is known to be able to fail. */
const PLANTED: Readonly<Record<keyof typeof CHECKS, readonly Record<string, string>[]>> = {
  arrowsGoDown: [
    { 'shared/mail/a.ts': "import { b } from '../rules/b.ts';", 'shared/rules/b.ts': '' },
    { 'shared/mail/a.ts': "import type { B } from '../sync/b.ts';", 'shared/sync/b.ts': '' },
    { 'shared/imap/a.ts': "import { b } from '../rules/b.ts';", 'shared/rules/b.ts': '' },
    { 'shared/store/a.ts': "import type { b } from '../service/b.ts';", 'shared/service/b.ts': '' },
    { 'infra/a.ts': "import {\n  x,\n} from '../shared/errors.ts';", 'shared/errors.ts': '' },
    { 'shared/service/a.ts': "const b = await import('../api/b.ts');", 'shared/api/b.ts': '' },
    { 'shared/service/a.ts': "export * from '../../functions/b.ts';", 'functions/b.ts': '' },
    { 'shared/limits.ts': "import './errors.ts';", 'shared/errors.ts': '' },
    { 'cli/a.ts': "import { b } from '../shared/service/b.ts';", 'shared/service/b.ts': '' },
    { 'cli/a.ts': "import { b } from '../local/b.ts';", 'local/b.ts': '' },
    { 'shared/elsewhere/a.ts': "import './b.ts';", 'shared/elsewhere/b.ts': '' },
  ],
  imapflowInOnePlace: [{ 'shared/service/a.ts': "import type { ImapFlow } from 'imapflow';" }],
  tableInOnePlace: [
    { 'functions/settings.ts': "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';" },
    { 'local/a.ts': "import type { X } from '@aws-sdk/lib-dynamodb';" },
  ],
  kmsInOnePlace: [{ 'functions/settings.ts': "import { KMSClient } from '@aws-sdk/client-kms';" }],
  oauthInOnePlace: [{ 'shared/service/a.ts': "import { None } from 'oauth4webapi';" }],
  environmentInOnePlace: [
    { 'local/a.ts': 'const port = process.env["PORT"];' },
    { 'infra/a.ts': 'const { env } = process;' },
    { 'cli/main.ts': 'const home = process.env["HOME"];' },
    { 'shared/imap/a.ts': `const text = \`\${process.env.HOME}\`;` },
  ],
  pureFoldersArePure: [
    { 'shared/sync/a.ts': 'const now = Date.now();' },
    { 'shared/rules/a.ts': 'const now = new Date();' },
    { 'shared/mail/a.ts': 'const dice = Math.random();' },
    { 'shared/mail/a.ts': "import { readFileSync } from 'node:fs';" },
    { 'shared/rules/a.ts': "import { connect } from 'node:net';" },
    { 'shared/rules/a.ts': "import { randomUUID } from 'node:crypto';" },
    { 'shared/sync/a.ts': "import type { X } from '@aws-sdk/client-sqs';" },
    { 'shared/sync/a.ts': 'setTimeout(() => undefined, 1);' },
  ],
  apiCannotOpen: [
    { 'functions/api.ts': "import { a } from '../shared/vault/vault.ts';", 'shared/vault/vault.ts': '' },
    {
      'functions/api.ts': "import { a } from './deps.ts';",
      'functions/deps.ts': "import { b } from '../shared/vault/kms-keyring.ts';",
      'shared/vault/kms-keyring.ts': '',
    },
    {
      'functions/api.ts': "import { a } from '../shared/service/a.ts';",
      'shared/service/a.ts': "import { b } from './b.ts';",
      'shared/service/b.ts': "import { c } from '../imap/c.ts';",
      'shared/imap/c.ts': '',
    },
  ],
  cliLoadsNoService: [
    {
      'cli/main.ts': "import { a } from '../shared/api/client.ts';",
      'shared/api/client.ts': "import { b } from '../service/b.ts';",
      'shared/service/b.ts': "import { c } from '@aws-sdk/lib-dynamodb';",
    },
    { 'cli/main.ts': "import { a } from '@aws-sdk/client-cloudformation';" },
    { 'cli/main.ts': "const a = await import('./a.ts');", 'cli/a.ts': "import { b } from '../shared/store/b.ts';" },
  ],
  filesAreSmall: [
    { 'shared/a.ts': '\n'.repeat(401), 'shared/b.ts': '', 'shared/c.ts': '' },
    { 'shared/a.ts': '\n'.repeat(101), 'shared/b.ts': '\n'.repeat(120), 'shared/c.ts': '' },
  ],
  namesSayWhatIsInside: [
    { 'shared/mail/utils.ts': '' },
    { 'shared/helpers/a.ts': '' },
    { 'local/date-helper.ts': '' },
    { 'shared/rules/index.ts': '' },
    { 'shared/common/a.ts': '' },
  ],
  noDefaultExports: [
    { 'shared/a.ts': 'export default 1;' },
    { 'shared/a.ts': 'const a = 1;\nexport { a as default };' },
  ],
  messagesByUid: [
    { 'shared/imap/a.ts': "client.fetch('1:*', { flags: true }, { uid: false });" },
    { 'shared/imap/a.ts': "client.fetchAll('1:*', { uid: true, flags: true });" },
    { 'shared/imap/a.ts': "client.messageMove(range(1, 2), 'Archive');" },
    { 'shared/imap/a.ts': 'const options = { silent: true };\nclient.messageFlagsAdd(range, flags, options);' },
  ],
};

for (const [name, houses] of Object.entries(PLANTED)) {
  test(`${name} finds what was planted`, () => {
    for (const house of houses) {
      const found = CHECKS[name]?.(new Map(Object.entries(house))) ?? [];
      assert.equal(found.length, 1, `${JSON.stringify(house)} -> ${JSON.stringify(found)}`);
    }
  });
}

test('every check was shown to fail', () => {
  assert.deepEqual(Object.keys(PLANTED).sort(), Object.keys(CHECKS).sort());
  for (const houses of Object.values(PLANTED)) assert.ok(houses.length > 0);
});

test('what is allowed is not found', () => {
  const house = new Map(
    Object.entries({
      'functions/api.ts': "import { a } from '../shared/service/a.ts';",
      'functions/settings.ts': 'const table = process.env["TABLE_NAME"];',
      'infra/api.ts': "import { ROUTES } from '../shared/api/routes.ts';",
      'shared/api/routes.ts': "import { rule } from '../rules/rule.ts';",
      'shared/service/a.ts':
        "import type { Session } from '../imap/c.ts';\n// as in process.env, new Date() or 'imapflow'\n",
      'shared/imap/c.ts':
        "import { ImapFlow } from 'imapflow';\nimport type { Effect } from '../rules/rule.ts';\nconst options = { uid: true };\n" +
        'client.fetchOne(String(uid), query(a, { b }), { uid: true, headers: true });\nclient.messageFlagsAdd(range, flags, options);',
      'shared/rules/rule.ts':
        "import { createHash } from 'node:crypto';\nconst at = new Date(text);\nconst say = 'import x from \\'y\\'; Date.now()';",
      'shared/errors.ts': '',
    }),
  );
  for (const check of Object.values(CHECKS)) assert.deepEqual(check(house), []);
});
