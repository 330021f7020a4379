/** How large the functions' bundles are, and which dependencies make them so. */
import type { Bench } from './bench.ts';
import { bundleEntry, FUNCTION_NAMES } from './bundles.ts';
import { formatNumber } from './table.ts';

const PARTS_SHOWN = 25;

export const bundle: Bench = {
  summary: 'bytes of the functions, by dependency',
  run: async () => {
    const rows: string[][] = [];
    const json: Record<string, number | Readonly<Record<string, number>>> = {};
    for (const name of FUNCTION_NAMES) {
      const made = await bundleEntry(`functions/${name}.ts`);
      made.remove();
      rows.push([name, formatNumber(made.bytes), formatNumber(made.gzipBytes)]);
      for (const [part, bytes] of made.parts.slice(0, PARTS_SHOWN)) rows.push([`  ${part}`, formatNumber(bytes), '']);
      json[`${name}_bytes`] = made.bytes;
      json[`${name}_gzip_bytes`] = made.gzipBytes;
      json[`${name}_parts`] = Object.fromEntries(made.parts);
    }
    return {
      title: `bundle: minified, as it is deployed; the ${PARTS_SHOWN} largest parts of each`,
      contestants: { header: ['', 'bytes', 'gzip'], rows },
      rows: [],
      json,
      failures: [],
    };
  },
};
