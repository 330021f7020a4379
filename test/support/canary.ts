/**
 * Every secret that a test puts to use is a canary: what is logged, stored, queued, thrown, told to others and answered is
 * searched for all of them, in every form, in every test file. Works under scripts/run-tests.mjs, which sums up what each
 * process of the run wrote into MAILYARD_CANARY_FOLDER and fails where one was found, or where nothing was searched.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';

export const CHANNELS = ['log', 'table', 'queue', 'event', 'answer', 'error'] as const;
export type Channel = (typeof CHANNELS)[number];
export type Sighting = { readonly channel: Channel; readonly form: string; readonly near: string };
/** What one process writes at its end. */
export type CanaryReport = {
  readonly file: string;
  readonly secrets: number;
  readonly searched: Readonly<Record<Channel, number>>;
  readonly sightings: readonly Sighting[];
};

/** Shorter ones are words that may stand anywhere. */
const SECRET_CHARS_MIN = 8;
const SIGHTINGS_MAX = 20;

const folder = process.env['MAILYARD_CANARY_FOLDER'];
/** Without the runner nothing is collected, so that benches that share the support code are not slowed down. */
export const isWatching = folder !== undefined;

const secrets = new Map<string, readonly [form: string, text: string][]>();
const searched: Record<Channel, number> = { log: 0, table: 0, queue: 0, event: 0, answer: 0, error: 0 };
const sightings: Sighting[] = [];

/** To be called before the secret is used: a password, a token, a client's secret, a verifier. */
export const secretInUse = (secret: string): void => {
  if (isWatching && secret.length >= SECRET_CHARS_MIN) secrets.set(secret, Object.entries(formsOf(secret)));
};

/** Searches what was said on a channel. Anything but text and bytes is looked into as deep as it goes. */
export const watch = (channel: Channel, said: unknown): void => {
  if (!isWatching) return;
  searched[channel] += 1;
  const text =
    typeof said === 'string'
      ? said
      : said instanceof Uint8Array
        ? Buffer.from(said).toString('latin1')
        : inspect(said, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null });
  for (const sighting of sightingsIn(channel, text)) {
    if (sightings.length < SIGHTINGS_MAX) sightings.push(sighting);
  }
};

const sightingsIn = (channel: Channel, text: string): Sighting[] =>
  [...secrets.values()].flatMap((forms) =>
    forms.flatMap(([form, part]) => {
      const at = text.indexOf(part);
      // Where it was found, without showing it to whoever reads the run's output.
      return at < 0 ? [] : [{ channel, form, near: text.slice(Math.max(0, at - 60), at) }];
    }),
  );

/** The forms in which a text may show up: as it is, escaped, encoded; base64 at any offset within other text. */
export const formsOf = (secret: string): Readonly<Record<string, string>> => {
  const bytes = Buffer.from(secret);
  const shifted = ['', 'x', 'xx'].map((before) => {
    const text = Buffer.from(before + secret).toString('base64');
    // The first and last characters hold bits of what stands beside it.
    return text.slice(before.length === 0 ? 0 : 4, -4);
  });
  return {
    raw: secret,
    'in JSON': JSON.stringify(secret).slice(1, -1),
    'in JSON in JSON': JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    inspected: inspect(secret).slice(1, -1),
    'in a URL': encodeURIComponent(secret),
    hex: bytes.toString('hex'),
    latin1: bytes.toString('latin1'),
    reversed: [...secret].reverse().join(''),
    ...Object.fromEntries(
      shifted.flatMap((text, i) => [
        [`base64 at ${i}`, text],
        [`base64url at ${i}`, text.replaceAll('+', '-').replaceAll('/', '_')],
      ]),
    ),
  };
};

/** For the end of the process, and for a test of this file. */
export const canaryReport = (): CanaryReport => ({
  file: process.argv[1] ?? '',
  secrets: secrets.size,
  searched: { ...searched },
  sightings: [...sightings],
});

if (folder !== undefined) {
  process.once('exit', () => {
    const report = canaryReport();
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(report));
    if (report.sightings.length > 0) process.exitCode = 1;
  });
}
