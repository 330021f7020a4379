/** The only reader of the environment: what the stack tells a function. */
import type { OAuthProvider } from '../shared/oauth/provider.ts';
import { readSchedule, type Schedule } from '../shared/sync/schedule.ts';

export type Settings = {
  readonly tableName: string;
  readonly queueUrl: string;
  /** For work that may take minutes; only for functions that ask for some. */
  readonly longQueueUrl: string | undefined;
  /** The EventBridge bus of the deployment, where there is one. */
  readonly eventBusName: string | undefined;
  /** Only for functions that are handed secrets by KMS. */
  readonly kmsKeyId: string | undefined;
  /** The vault's newest key must not be older than this; milliseconds since 1970. */
  readonly vaultKeyNotBefore: number | undefined;
  /** Who signs people in to their mail (shared/oauth/provider.ts), as the operator set it up; read where it is needed first. */
  readonly oauthProviders: () => Promise<readonly OAuthProvider[]>;
  readonly schedule: Schedule;
  readonly serviceName: string;
  /** The claim of the token that names the tenant. */
  readonly tenantClaim: string;
  /** Functions that rules call: name to ARN; only for functions that run rules. */
  readonly ruleFunctions: Readonly<Record<string, string>>;
  /** Their names, for whoever saves rules; undefined where it was not told. */
  readonly ruleFunctionNames: readonly string[] | undefined;
  /** Ports and networks (CIDR) that may be connected to beside 993 and 143 on public addresses. */
  readonly allowedPorts: readonly number[];
  readonly allowedNetworks: readonly string[];
};

/** Throws with the name of the setting that is missing. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>> = process.env): Settings => {
  const need = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`the setting ${name} is missing`);
    return value;
  };
  const list = (name: string): string[] => (environment[name] ?? '').split(',').filter((text) => text !== '');
  const time = (name: string): number | undefined => {
    const text = environment[name];
    if (text === undefined || text === '') return undefined;
    const at = Date.parse(text);
    if (Number.isNaN(at)) throw new Error(`the setting ${name} must be a time such as 2026-11-23T00:00:00Z`);
    return at;
  };
  return {
    tableName: need('TABLE_NAME'),
    queueUrl: need('QUEUE_URL'),
    longQueueUrl: environment['LONG_QUEUE_URL'],
    eventBusName: environment['EVENT_BUS_NAME'] || undefined,
    kmsKeyId: environment['KMS_KEY_ID'],
    vaultKeyNotBefore: time('VAULT_KEY_NOT_BEFORE'),
    oauthProviders: async () => await providersOf(environment['OAUTH_PROVIDERS']),
    schedule: readSchedule(environment['SCHEDULE']),
    serviceName: environment['POWERTOOLS_SERVICE_NAME'] ?? 'mailyard',
    tenantClaim: environment['TENANT_CLAIM'] ?? 'sub',
    ruleFunctions: JSON.parse(environment['RULE_FUNCTIONS'] || '{}') as Record<string, string>,
    ruleFunctionNames: environment['RULE_FUNCTION_NAMES'] === undefined ? undefined : list('RULE_FUNCTION_NAMES'),
    allowedPorts: list('ALLOWED_PORTS').map(Number),
    allowedNetworks: list('ALLOWED_NETWORKS'),
  };
};

const providersOf = async (text: string | undefined): Promise<readonly OAuthProvider[]> => {
  if (text === undefined || text === '') return [];
  const { parseProviders } = await import('../shared/oauth/provider.ts');
  return parseProviders(JSON.parse(text));
};
