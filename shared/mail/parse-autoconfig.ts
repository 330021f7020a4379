/** Mozilla's autoconfig format (wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat): the IMAP servers it names. */
import { XMLParser } from 'fast-xml-parser';
import type { MailPlace } from './mail-place.ts';

const PLACES_MAX = 10;
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  // What others wrote defines no entities of its own.
  processEntities: false,
  isArray: (name) => ['incomingServer', 'emailProvider', 'authentication', 'username'].includes(name),
});

type Server = Readonly<Record<string, unknown>>;

/** Those with TLS, in the order of the file; none for what is no such file. */
export const parseAutoconfig = (xml: string, address: string): MailPlace[] => {
  const root = parsed(xml);
  const providers = listOf(fieldOf(fieldOf(root, 'clientConfig'), 'emailProvider'));
  const servers = providers.flatMap((provider) => listOf(fieldOf(provider, 'incomingServer')));
  return servers
    .flatMap((server) => {
      const place = fieldOf(server, '@type') === 'imap' ? placeOf(server as Server, address) : undefined;
      return place === undefined ? [] : [place];
    })
    .slice(0, PLACES_MAX);
};

const parsed = (xml: string): unknown => {
  try {
    return parser.parse(xml);
  } catch {
    return undefined;
  }
};

const placeOf = (server: Server, address: string): MailPlace | undefined => {
  const { hostname, port, socketType } = server;
  const tls = socketType === 'SSL' ? 'implicit' : socketType === 'STARTTLS' ? 'starttls' : undefined;
  const number = Number(port);
  if (tls === undefined || typeof hostname !== 'string' || !/^[a-z0-9.-]{1,253}$/i.test(hostname)) return undefined;
  if (!Number.isInteger(number) || number < 1 || number > 65_535) return undefined;
  const [user] = listOf(server['username']).filter((text) => typeof text === 'string');
  const authentication = listOf(server['authentication']);
  return {
    host: hostname.toLowerCase(),
    port: number,
    tls,
    user: userOf(user ?? '%EMAILADDRESS%', address),
    passwords: authentication.length === 0 || authentication.some((one) => one !== 'OAuth2'),
  };
};

const userOf = (template: string, address: string): string => {
  const at = address.lastIndexOf('@');
  return template
    .replaceAll('%EMAILADDRESS%', () => address)
    .replaceAll('%EMAILLOCALPART%', () => address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', () => address.slice(at + 1))
    .slice(0, address.length + 100);
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Server)[name] : undefined;

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
