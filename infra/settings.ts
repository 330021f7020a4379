/** What a deployment may choose, given as CDK context: `cdk deploy -c stage=dev -c alarmEmail=ops@example.test`. */
import type { Node } from 'constructs';
import { LIMITS } from '../shared/limits.ts';
import { type Schedule, USUAL_SCHEDULE } from '../shared/sync/schedule.ts';
import { type ContextReader, contextReader } from './context.ts';

export type StackSettings = {
  /** Part of the stack's name, so that several may stand in one account. */
  readonly stage: string;
  /** What becomes of table, key and users when the stack is removed: `dev` throws them away unless told otherwise, no other stage does. */
  readonly removal: 'retain' | 'destroy';
  /** How many days back the table can be restored to any second. */
  readonly recoveryDays: number;
  /** For how long a daily copy of the table is kept beside it; 0 for none. */
  readonly backupDays: number;
  readonly logRetentionDays: number;
  readonly memoryMb: Readonly<Record<'dispatch' | 'sync' | 'api' | 'mail', number>>;
  /** Functions that check mailboxes at the same time, at most. */
  readonly syncsAtOnceMax: number;
  /** How often accounts are checked, and how they are parted into groups and messages. */
  readonly schedule: Schedule;
  /** What the HTTP API takes a second, and at once. */
  readonly requestsPerSecondMax: number;
  readonly requestsAtOnceMax: number;
  /** Mail servers see one address that does not change, through a NAT gateway: about $35 a month before any traffic. */
  readonly fixedEgressIp: boolean;
  /** A token issuer of your own; without it a Cognito user pool is made. */
  readonly jwt: { readonly issuer: string; readonly audience: readonly string[] } | undefined;
  /** Mail address of the first person in the stack’s user pool, who is sent an invitation. */
  readonly owner: string | undefined;
  /** The claim that names the tenant; functions default to `sub`. */
  readonly tenantClaim: string | undefined;
  /** Who is mailed when an alarm goes off. */
  readonly alarmEmail: string | undefined;
  /** Ports and networks (CIDR) of mail servers of one's own, beside 993 and 143 on public addresses. */
  readonly allowedPorts: readonly string[];
  readonly allowedNetworks: readonly string[];
  /** An EventBridge bus of one's own in the same account and region; without it one is made. */
  readonly eventBusName: string | undefined;
  /** RFC 3339: a vault key made before this is followed by a new one. Raised to change keys. */
  readonly vaultKeyNotBefore: string | undefined;
  /** JSON: who signs people in to their mail, as docs/operations.md says. */
  readonly oauthProviders: string | undefined;
  /** Functions that rules may call: name to ARN. */
  readonly ruleFunctions: Readonly<Record<string, string>>;
  /** Deploy functions/rule-example.ts, too, and let rules call it as `rule-example`. */
  readonly ruleExample: boolean;
  /** Where the sign-in page may return to, with Cognito. */
  readonly callbackUrls: readonly string[];
};

export const STAGE_DEFAULT = 'prod';

/** Those that CloudWatch knows. */
const RETENTION_DAYS = ['1', '3', '5', '7', '14', '30', '60', '90', '180', '365'] as const;
const MEMORY = { min: 128, max: 10_240 };

/** Throws with the name of the context value that is not right. */
export const readSettings = (node: Node): StackSettings => {
  const reader = contextReader(node);
  const { text, list, flag, wholeNumber, oneOf } = reader;
  const stage = text('stage') ?? STAGE_DEFAULT;
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage)) throw new Error('context stage must be 1 to 20 of a-z, 0-9 and -');
  const issuer = text('issuer');
  const audience = list('audience');
  if ((issuer === undefined) !== (audience.length === 0)) throw new Error('context issuer and audience go together');
  if (issuer !== undefined && !issuer.startsWith('https://'))
    throw new Error('context issuer must begin with https://');
  const owner = text('owner');
  if (owner !== undefined && !/^[^\s@]+@[^\s@]+$/.test(owner)) throw new Error('context owner must be a mail address');
  if (owner !== undefined && issuer !== undefined) {
    throw new Error('context owner must be left out beside issuer: people are added there');
  }
  const callbackUrls = list('callbackUrls');
  const allowedPorts = list('allowedPorts');
  if (!allowedPorts.every((port) => /^[1-9]\d{0,4}$/.test(port))) throw new Error('context allowedPorts must be ports');
  const allowedNetworks = list('allowedNetworks');
  if (!allowedNetworks.every((network) => /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(network))) {
    throw new Error('context allowedNetworks must be networks such as 10.0.0.0/8');
  }
  const eventBusName = text('eventBusName');
  if (eventBusName !== undefined && !/^[A-Za-z0-9._/-]{1,256}$/.test(eventBusName)) {
    throw new Error('context eventBusName must be the name of an EventBridge bus');
  }
  const oauthProviders = text('oauthProviders');
  if (oauthProviders !== undefined && !isJsonList(oauthProviders)) {
    throw new Error('context oauthProviders must be a JSON list as docs/operations.md shows it');
  }
  const vaultKeyNotBefore = text('vaultKeyNotBefore');
  if (vaultKeyNotBefore !== undefined && !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(vaultKeyNotBefore)) {
    throw new Error('context vaultKeyNotBefore must be a day or a time in UTC such as 2026-11-23T12:00Z');
  }
  const removal = oneOf('removal', ['retain', 'destroy'], stage === 'dev' ? 'destroy' : 'retain');
  const backupDays = wholeNumber('backupDays', { min: 0, max: 3_650, usual: 0 });
  if (backupDays > 0 && removal === 'destroy') {
    throw new Error('context backupDays must be 0, or removal retain: AWS removes no vault that holds backups');
  }
  return {
    stage,
    removal,
    backupDays,
    recoveryDays: wholeNumber('recoveryDays', { min: 1, max: 35, usual: stage === 'dev' ? 1 : 35 }),
    logRetentionDays: Number(oneOf('logRetentionDays', RETENTION_DAYS, '30')),
    memoryMb: {
      dispatch: wholeNumber('dispatchMemoryMb', { ...MEMORY, usual: 512 }),
      sync: wholeNumber('syncMemoryMb', { ...MEMORY, usual: 512 }),
      api: wholeNumber('apiMemoryMb', { ...MEMORY, usual: 512 }),
      mail: wholeNumber('mailMemoryMb', { ...MEMORY, usual: 1_024 }),
    },
    syncsAtOnceMax: wholeNumber('syncsAtOnceMax', { min: 2, max: 1_000, usual: 60 }),
    schedule: scheduleIn(reader),
    requestsPerSecondMax: wholeNumber('requestsPerSecondMax', { min: 1, max: 10_000, usual: 50 }),
    requestsAtOnceMax: wholeNumber('requestsAtOnceMax', { min: 1, max: 5_000, usual: 100 }),
    fixedEgressIp: flag('fixedEgressIp'),
    jwt: issuer === undefined ? undefined : { issuer, audience },
    owner,
    tenantClaim: text('tenantClaim'),
    alarmEmail: text('alarmEmail'),
    allowedPorts,
    allowedNetworks,
    eventBusName,
    vaultKeyNotBefore,
    oauthProviders,
    ruleFunctions: functionsOf(text('ruleFunctions')),
    ruleExample: flag('ruleExample'),
    callbackUrls: callbackUrls.length === 0 ? ['http://localhost:8765/callback'] : callbackUrls,
  };
};

export const mayBeThrownAway = (settings: StackSettings): boolean => settings.removal === 'destroy';

/** Throws with the name of the context value that is not right. */
const scheduleIn = ({ list, wholeNumber, oneOf }: ContextReader): Schedule => {
  const known = LIMITS.pollSecondsAllowed.map(String);
  const asked = list('pollSecondsAllowed');
  if (!asked.every((one) => known.includes(one))) {
    throw new Error(`context pollSecondsAllowed must be some of ${known.join(',')}, with commas between`);
  }
  const offered = asked.length === 0 ? known : known.filter((one) => asked.includes(one));
  const usual = offered.includes(String(LIMITS.pollSecondsDefault)) ? String(LIMITS.pollSecondsDefault) : offered[0];
  return {
    pollSecondsAllowed: offered.map(Number),
    pollSecondsDefault: Number(oneOf('pollSecondsDefault', offered, usual ?? '')),
    pollShards: wholeNumber('pollShards', { min: 1, max: LIMITS.pollShardsMax, usual: LIMITS.pollShards }),
    accountsPerCheck: wholeNumber('accountsPerCheck', {
      min: 1,
      max: LIMITS.accountsPerCheckMax,
      usual: LIMITS.accountsPerCheckMax,
    }),
  };
};

/** For every function: they have to agree. Nothing where all is as usual. */
export const scheduleEnvironment = ({ schedule }: StackSettings): Record<string, string> => {
  const text = JSON.stringify(schedule);
  return text === JSON.stringify(USUAL_SCHEDULE) ? {} : { SCHEDULE: text };
};

/** For the functions that open mailboxes: what is allowed beyond the usual, and how old the vault's key may be. */
export const mailboxEnvironment = (settings: StackSettings): Record<string, string> => {
  const { allowedPorts, allowedNetworks, vaultKeyNotBefore, oauthProviders } = settings;
  return {
    ...(allowedPorts.length === 0 ? {} : { ALLOWED_PORTS: allowedPorts.join(',') }),
    ...(allowedNetworks.length === 0 ? {} : { ALLOWED_NETWORKS: allowedNetworks.join(',') }),
    ...(vaultKeyNotBefore === undefined ? {} : { VAULT_KEY_NOT_BEFORE: vaultKeyNotBefore }),
    ...(oauthProviders === undefined ? {} : { OAUTH_PROVIDERS: oauthProviders }),
  };
};

const functionsOf = (json: string | undefined): Readonly<Record<string, string>> => {
  const wrong = new Error(
    'context ruleFunctions must be a JSON object of names (a-z, 0-9, -) and ARNs of Lambda functions',
  );
  if (json === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong;
  for (const [name, arn] of Object.entries(value)) {
    const isRight =
      /^[a-z][a-z0-9-]{0,63}$/.test(name) && /^arn:[a-z-]+:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(arn);
    if (!isRight) throw wrong;
  }
  return value as Record<string, string>;
};

const isJsonList = (text: string): boolean => {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
};
