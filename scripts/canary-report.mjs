// Sums up what the processes of a test run searched for secrets (test/support/canary.ts), and what they found.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Searched in every whole run; a search that looked nowhere finds nothing either. */
const CHANNELS_NEEDED = ['log', 'table', 'queue', 'answer', 'error'];

/** `whole`: all tests ran, so that each channel must have been searched. Returns lines to print and whether all is well. */
export const canaryReport = (folder, whole) => {
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const searched = {};
  for (const report of reports) {
    for (const [channel, count] of Object.entries(report.searched))
      searched[channel] = (searched[channel] ?? 0) + count;
  }
  const secrets = reports.reduce((sum, report) => sum + report.secrets, 0);
  const found = reports.flatMap(({ file, sightings }) => sightings.map((sighting) => ({ file, ...sighting })));
  const silent = whole ? CHANNELS_NEEDED.filter((channel) => !(searched[channel] > 0)) : [];
  const counts = Object.entries(searched).map(([channel, count]) => `${count} ${channel}`);
  return {
    ok: found.length === 0 && silent.length === 0 && !(whole && secrets === 0),
    lines: [
      `canaries: ${secrets} secrets looked for in ${counts.join(', ') || 'nothing'}: ${found.length === 0 ? 'none found' : `${found.length} FOUND`}`,
      ...found.map(
        ({ file, channel, form, near }) => `  ${file}: in ${channel}, ${form}, behind ${JSON.stringify(near)}`,
      ),
      ...silent.map((channel) => `  nothing was searched in ${channel}: test/support no longer watches it`),
    ],
  };
};
