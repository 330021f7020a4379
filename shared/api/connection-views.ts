/** Mail servers that were found or tried, and a sign-in that was begun, as the API shows them. */
import * as z from 'zod';
import type { Authorization } from '../service/authorize-account.ts';
import type { DiscoveredServer } from '../service/discover-server.ts';
import type { ConnectionTested } from '../service/test-connection.ts';
import { timeText } from './time-text.ts';
import { timeSchema } from './value-schemas.ts';

const discoveredSchema = z
  .object({
    host: z.string(),
    port: z.int().min(1).max(65_535),
    tls: z.enum(['implicit', 'starttls']),
    user: z.string(),
    passwords: z.boolean().describe('False where only a sign-in page lets anybody in'),
    source: z.enum(['provider', 'autoconfig', 'srv', 'mx', 'guess']),
    provider: z
      .object({
        name: z.string(),
        passwordPage: z.string().optional().describe('Where an app password is made, or IMAP switched on'),
        oauth: z.string().optional().describe('The provider of `POST /v1/accounts/authorize`, where it is set up'),
      })
      .optional(),
  })
  .meta({ id: 'DiscoveredServer' });

export const discoveredServersSchema = z.object({ servers: z.array(discoveredSchema) });
export const discoveredView = (servers: readonly DiscoveredServer[]) => ({ servers });

export const testedSchema = z.object({
  folders: z.array(z.object({ path: z.string(), role: z.string().optional() })).describe('What there is to see'),
});
export const testedView = ({ folders }: ConnectionTested) => ({
  folders: folders.map(({ path, role }) => ({ path, ...(role === undefined ? {} : { role }) })),
});

export const authorizationSchema = z.object({
  authorizationUrl: z.string().meta({ format: 'uri' }).describe('To be opened in the person’s browser'),
  state: z.string().describe('Comes back with the code; good once'),
  expiresAt: timeSchema,
});
export const authorizationView = ({ expiresAt, ...begun }: Authorization) => ({
  ...begun,
  expiresAt: timeText(expiresAt),
});
