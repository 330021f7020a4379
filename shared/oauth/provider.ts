/** Who signs people in to their mail: Google and Microsoft by name, any other by what the operator says of it. */
import * as z from 'zod';

export type OAuthProvider = {
  readonly id: string;
  readonly issuer: string;
  /** Where absent, the issuer's own metadata tells (RFC 8414, OpenID Connect Discovery). */
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly clientId: string;
  /** A public client has none, and PKCE alone. */
  readonly clientSecret?: string | undefined;
  /** Where the provider may send people back to, as registered there. */
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** More parameters of the authorization request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where its mail is. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'implicit' | 'starttls';
    /** PEM of a private CA, for a mail server of the operator's own. */
    readonly ca?: string | undefined;
  };
};

/** All that signing in takes: where the mail is does not matter to it. */
export type OAuthClient = Omit<OAuthProvider, 'id' | 'redirectUris' | 'server'>;

type Known = Omit<OAuthProvider, 'id' | 'clientId' | 'clientSecret' | 'redirectUris'>;

/** developers.google.com/workspace/gmail/imap/xoauth2-protocol; learn.microsoft.com: "Authenticate an IMAP connection using OAuth". */
const KNOWN: Readonly<Record<string, Known>> = {
  google: {
    issuer: 'https://accounts.google.com',
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    scopes: ['https://mail.google.com/'],
    // Without a new consent Google gives no second refresh token.
    parameters: { access_type: 'offline', prompt: 'consent' },
    server: { host: 'imap.gmail.com', port: 993, tls: 'implicit' },
  },
  microsoft: {
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    authorizationEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    scopes: ['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access'],
    parameters: {},
    server: { host: 'outlook.office365.com', port: 993, tls: 'implicit' },
  },
};

const https = z.url({ protocol: /^https$/, error: 'must be an https address' });
const serverSchema = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(993),
  tls: z.enum(['implicit', 'starttls']).default('implicit'),
  ca: z.string().includes('BEGIN CERTIFICATE').optional(),
});
const settingsSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and -'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    redirectUris: z.array(z.url()).min(1),
    issuer: https.optional(),
    authorizationEndpoint: https.optional(),
    tokenEndpoint: https.optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/))
      .min(1)
      .optional(),
    parameters: z.record(z.string(), z.string()).optional(),
    server: serverSchema.optional(),
  }),
);

/** From the operator's settings; `google` and `microsoft` need clientId and redirectUris alone. Throws, naming what is wrong. */
export const parseProviders = (settings: unknown): OAuthProvider[] => {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw new Error(`the OAuth providers are not right: ${z.prettifyError(parsed.error)}`);
  return parsed.data.map((given) => {
    const known = KNOWN[given.id];
    const issuer = given.issuer ?? known?.issuer;
    const scopes = given.scopes ?? known?.scopes;
    const server = given.server ?? known?.server;
    if (issuer === undefined || scopes === undefined || server === undefined) {
      throw new Error(`the OAuth provider ${given.id} needs issuer, scopes and server`);
    }
    const parameters = { ...known?.parameters, ...given.parameters };
    return { ...(given.issuer === undefined ? known : {}), ...given, issuer, scopes, server, parameters };
  });
};
