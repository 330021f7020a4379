/** What the house promises about its own sources, as pure checks: sources in, violations out. */
import { callsOf, codeOnly, type Import, importsOf, type Sources, withoutComments } from './sources.ts';

export type Violation = { readonly file: string; readonly detail: string };
export type Check = (sources: Sources) => Violation[];

/** From folder to what it may import; the longest name that fits counts. Its own folder is always allowed. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  // What the stack offers to be set is bounded where the functions that are told of it are.
  infra: [
    'shared/api/route.ts',
    'shared/api/routes.ts',
    'shared/api/public-paths.ts',
    'shared/limits.ts',
    'shared/sync/schedule.ts',
  ],
  functions: ['shared'],
  local: ['shared'],
  cli: [
    'shared/api/client.ts',
    'shared/api/activity-id.ts',
    'shared/api/caller.ts',
    'shared/api/route.ts',
    'shared/oauth',
    'shared/rules',
    'shared/mail',
    'shared/terminal',
    'shared/errors.ts',
    'shared/remedies.ts',
    'shared/limits.ts',
  ],
  'shared/api': [
    'shared/service',
    'shared/rules',
    'shared/mail',
    'shared/errors.ts',
    'shared/remedies.ts',
    'shared/limits.ts',
  ],
  'shared/service': [
    'shared/egress',
    'shared/oauth',
    'shared/imap',
    'shared/store',
    'shared/vault',
    'shared/rules',
    'shared/sync',
    'shared/mail',
    'shared/errors.ts',
    'shared/remedies.ts',
    'shared/limits.ts',
  ],
  'shared/imap': ['shared/egress', 'shared/sync', 'shared/mail', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/store': ['shared/sync', 'shared/mail', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/vault': ['shared/sync', 'shared/mail', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/oauth': ['shared/egress', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/egress': ['shared/errors.ts', 'shared/limits.ts'],
  'shared/terminal': [],
  'shared/sync': ['shared/mail', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/rules': ['shared/mail', 'shared/errors.ts', 'shared/limits.ts'],
  'shared/mail': ['shared/errors.ts', 'shared/limits.ts'],
  'shared/errors.ts': [],
  'shared/remedies.ts': ['shared/errors.ts'],
  'shared/limits.ts': [],
};
/** Shapes may be named where behaviour may not be called: they leave no import behind when it runs. */
const TYPE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  'shared/api': ['shared/store', 'shared/sync'],
  'shared/sync': ['shared/rules'],
  'shared/imap': ['shared/rules', 'shared/vault'],
  'shared/store': ['shared/rules'],
  'shared/vault': ['shared/rules'],
};
/** They look at everything, as they stand outside. */
const FREE = ['test', 'bench', 'scripts'];

const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

const eachImport = (sources: Sources, judge: (file: string, one: Import) => string | undefined): Violation[] =>
  [...sources].flatMap(([file, text]) =>
    importsOf(file, text).flatMap((one) => {
      const detail = judge(file, one);
      return detail === undefined ? [] : [{ file, detail }];
    }),
  );

const eachFile = (sources: Sources, judge: (file: string, text: string) => string | undefined): Violation[] =>
  [...sources].flatMap(([file, text]) => {
    const detail = judge(file, text);
    return detail === undefined ? [] : [{ file, detail }];
  });

export const arrowsGoDown: Check = (sources) =>
  eachImport(sources, (file, { target, typeOnly }) => {
    const ours = /\.(ts|mjs|json)$/.test(target) && target.includes('/') && !target.startsWith('node:');
    if (!ours || FREE.some((folder) => isIn(file, folder)) || !sources.has(target)) return undefined;
    const folder = Object.keys(ARROWS)
      .filter((name) => isIn(file, name))
      .sort((a, b) => b.length - a.length)[0];
    if (folder === undefined) return `stands in no folder that this house knows`;
    const allowed = [folder, ...(ARROWS[folder] ?? []), ...(typeOnly ? (TYPE_ARROWS[folder] ?? []) : [])];
    return allowed.some((name) => isIn(target, name)) ? undefined : `${folder} may not import ${target}`;
  });

const importedOnlyIn =
  (packages: readonly string[], folder: string): Check =>
  (sources) =>
    eachImport(sources, (file, { target }) => {
      const name = packages.find((one) => isIn(target, one));
      if (name === undefined || isIn(file, folder) || FREE.some((free) => isIn(file, free))) return undefined;
      return `${name} is imported in ${folder} alone`;
    });

export const imapflowInOnePlace = importedOnlyIn(['imapflow'], 'shared/imap');
export const tableInOnePlace = importedOnlyIn(
  ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/util-dynamodb'],
  'shared/store',
);
export const kmsInOnePlace = importedOnlyIn(['@aws-sdk/client-kms'], 'shared/vault');

export const oauthInOnePlace = importedOnlyIn(['oauth4webapi'], 'shared/oauth');

/** One for what the stack tells a function, one for what a shell tells the command line. */
const ENVIRONMENT_READERS = ['functions/settings.ts', 'cli/environment.ts'];

export const environmentInOnePlace: Check = (sources) =>
  eachFile(sources, (file, text) => {
    if (ENVIRONMENT_READERS.includes(file) || FREE.some((folder) => isIn(file, folder))) return undefined;
    const code = codeOnly(text);
    const reads = /\bprocess\s*(\?\.|\.)\s*env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(code);
    return reads ? `the environment is read in ${ENVIRONMENT_READERS.join(' and ')} alone` : undefined;
  });

const PURE = ['shared/mail', 'shared/rules', 'shared/sync'];
/** Of Node's own modules only what computes. */
const PURE_NODE_MODULES = ['node:crypto', 'node:url', 'node:util', 'node:buffer', 'node:stream', 'node:zlib'];
const IMPURE =
  /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(\(\s*\)|(?![\w(\s]))|(?<!new\s)\bDate\s*\(|\bMath\s*\.\s*random\b|\bprocess\s*\.|\bperformance\s*\.|\bset(Timeout|Interval|Immediate)\s*\(|\bfetch\s*\(|\brandom(Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b|\bgenerateKeyPair/;

export const pureFoldersArePure: Check = (sources) => [
  ...eachFile(sources, (file, text) => {
    if (!PURE.some((folder) => isIn(file, folder))) return undefined;
    const found = IMPURE.exec(codeOnly(text));
    return found === null ? undefined : `a pure folder does not use ${found[0].trim()}: it comes in as a parameter`;
  }),
  ...eachImport(sources, (file, { target }) => {
    if (!PURE.some((folder) => isIn(file, folder))) return undefined;
    const outside = target.startsWith('@aws-sdk/') || target.startsWith('@aws-lambda-powertools/');
    const node = target.startsWith('node:') && !PURE_NODE_MODULES.includes(target);
    return outside || node ? `a pure folder does not import ${target}` : undefined;
  }),
];

/** The whole of what a program loads must be without these: the way there, where it is not. `lazily` may be loaded when it is asked for. */
const reachesNone =
  (start: string, forbidden: readonly string[], lazily: readonly string[] = []): Check =>
  (sources) => {
    const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
    for (const file of cameFrom.keys()) {
      for (const { target, typeOnly, lazy } of importsOf(file, sources.get(file) ?? '')) {
        if (lazy && lazily.includes(target)) continue;
        if (!typeOnly && sources.has(target) && !cameFrom.has(target)) cameFrom.set(target, file);
        const found = forbidden.find((one) => isIn(target, one));
        if (found !== undefined && !typeOnly) {
          const way = [target];
          for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
          return [{ file: start, detail: `reaches ${found}: ${way.join(' -> ')}` }];
        }
      }
    }
    return [];
  };

/** The function that may not open credentials must not even hold the code that would do it, or use them. */
export const apiCannotOpen = reachesNone('functions/api.ts', [
  'shared/imap',
  'shared/vault/vault.ts',
  'shared/vault/kms-keyring.ts',
]);

/** The command line speaks to the API alone; what the service behind it is made of would double the time that it takes to start. */
export const cliLoadsNoService = reachesNone(
  'cli/main.ts',
  ['shared/store', 'shared/imap', 'shared/vault', '@aws-sdk', 'imapflow'],
  // For `mailyard login --stack` alone.
  ['@aws-sdk/client-cloudformation'],
);

const LINES_MAX = 400;
const LINES_MEDIAN_MAX = 100;

export const filesAreSmall: Check = (sources) => {
  const sizes = [...sources].map(([file, text]) => ({ file, lines: text.split('\n').length - 1 }));
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return [
    ...sizes
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ file, lines }) => ({ file, detail: `has ${lines} lines, ${LINES_MAX} at most` })),
    ...(median < LINES_MEDIAN_MAX ? [] : [{ file: '.', detail: `the median file has ${median} lines` }]),
  ];
};

export const namesSayWhatIsInside: Check = (sources) =>
  eachFile(sources, (file) => {
    const part = file.split('/').find((name) => /(^|[-.])(utils?|helpers?|common|misc|index)([-.]|$)/.test(name));
    return part === undefined ? undefined : `${part} names nothing that is in it`;
  });

export const noDefaultExports: Check = (sources) =>
  eachFile(sources, (file, text) =>
    // A declaration of somebody else's package says what is there.
    !file.endsWith('.d.ts') && /^\s*export\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/m.test(codeOnly(text))
      ? 'a default export has no name to search for'
      : undefined,
  );

/** imapflow takes sequence numbers unless told `uid: true`, and they change under one's hands. Where each call is told. */
const OPTIONS_AT: Readonly<Record<string, number>> = {
  search: 1,
  messageDelete: 1,
  download: 2,
  downloadMany: 2,
  fetch: 2,
  fetchAll: 2,
  fetchOne: 2,
  messageFlagsAdd: 2,
  messageFlagsRemove: 2,
  messageFlagsSet: 2,
  messageMove: 2,
  messageCopy: 2,
};

export const messagesByUid: Check = (sources) =>
  eachFile(sources, (file, text) => {
    if (!isIn(file, 'shared/imap')) return undefined;
    const code = withoutComments(text);
    if (/\buid\s*:\s*false\b/.test(code)) return 'uid: false asks for sequence numbers';
    const bad = callsOf(code, Object.keys(OPTIONS_AT)).find(({ method, args }) => {
      const options = args[OPTIONS_AT[method] ?? 0] ?? '';
      const isConstant = /^\w+$/.test(options) && new RegExp(`\\bconst ${options}[^=]*= \\{ uid: true`).test(code);
      return !isConstant && !/^\{[\s\S]*\buid: true\b/.test(options);
    });
    return bad === undefined ? undefined : `${bad.method}(${bad.args.join(', ').slice(0, 80)}) is not told uid: true`;
  });

export const CHECKS: Readonly<Record<string, Check>> = {
  arrowsGoDown,
  imapflowInOnePlace,
  tableInOnePlace,
  kmsInOnePlace,
  oauthInOnePlace,
  environmentInOnePlace,
  pureFoldersArePure,
  apiCannotOpen,
  cliLoadsNoService,
  filesAreSmall,
  namesSayWhatIsInside,
  noDefaultExports,
  messagesByUid,
};
