/** An account as the API shows it. Times as RFC 3339 in UTC. */
import * as z from 'zod';
import { ROLES, type Role } from '../mail/folder.ts';
import type { AccountSummary } from '../service/manage-accounts.ts';
import { timeText } from './time-text.ts';
import { countSchema, errorCodeSchema, idSchema, timeSchema } from './value-schemas.ts';

export const ACCOUNT_STATES = ['active', 'reconnectNeeded', 'paused', 'deleting', 'incomplete'] as const;

/** As in the settings: a role may be named or not. */
const rolesSchema = z.object(
  Object.fromEntries(ROLES.map((role) => [role, z.string().optional()])) as Record<Role, z.ZodOptional<z.ZodString>>,
);

const failureSchema = z
  .object({
    code: errorCodeSchema,
    at: timeSchema,
    count: countSchema.describe('How often in a row, where that is counted'),
    until: timeSchema.optional().describe('The mail server asked to wait until then'),
  })
  .meta({ id: 'Failure' });

const firstSyncSchema = z
  .object({
    messagesDone: countSchema,
    messagesTotal: countSchema,
    messagesPerSecond: countSchema.optional(),
    secondsRemaining: countSchema.optional(),
  })
  .describe('How far the first sync is; only of one account, and only until it is through');

export const accountSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    host: z.string(),
    port: z.int().min(1).max(65_535),
    tls: z.enum(['implicit', 'starttls']),
    user: z.string(),
    address: z.string().describe("The owner's own address: drafts are from it"),
    ca: z.string().optional().describe('A private CA or the very certificate, as PEM, trusted for this account alone'),
    pin: z.string().optional().describe('The SHA-256 of the key or the certificate that the server must show'),
    pollSeconds: countSchema,
    applyToExisting: z.boolean().describe('Rules fire on the mail that is there when the account is first synced'),
    allowDestroy: z.boolean().optional().describe('Whether anything may delete messages for good; absent: not'),
    roles: rolesSchema.optional().describe('Folders by role, as the owner says, whatever the mail server does'),
    timeZone: z.string().optional().describe('IANA name; schedules follow it, else UTC'),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    state: z.enum(ACCOUNT_STATES),
    failure: failureSchema.optional(),
    lastChangedAt: timeSchema.optional(),
    firstSyncAt: timeSchema.optional(),
    firstSync: firstSyncSchema.optional(),
  })
  .meta({ id: 'Account', description: 'A mail account as its owner wrote it, and how it is; never its credential' });

export const accountView = (account: AccountSummary) => {
  const { revision: _revision, createdAt, updatedAt, failure, lastChangedAt, firstSyncAt, ...rest } = account;
  return {
    ...rest,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
    ...(failure === undefined ? {} : { failure: failureView(failure) }),
    ...(lastChangedAt === undefined ? {} : { lastChangedAt: timeText(lastChangedAt) }),
    ...(firstSyncAt === undefined ? {} : { firstSyncAt: timeText(firstSyncAt) }),
  };
};

const failureView = ({ at, until, ...failure }: NonNullable<AccountSummary['failure']>) => ({
  ...failure,
  at: timeText(at),
  ...(until === undefined ? {} : { until: timeText(until) }),
});
