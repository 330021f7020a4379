/** Folder names in commands: always a quoted string, never a literal, for a literal makes the client wait (RFC 9051 section 4.3). */
import { LIMITS } from '../../limits.ts';
import type { BulkFolder } from './bulk-listing.ts';

/**
 * The quoted name; undefined when it cannot be written so: control characters, or bytes that were no UTF-8 when listed.
 * Such a folder is to be opened by imapflow, before the connection is handed over.
 * `utf8`: UTF8=ACCEPT is enabled (RFC 6855), so that names are UTF-8; else modified UTF-7 (RFC 3501 section 5.1.3).
 */
export const quotedName = (folder: BulkFolder, utf8: boolean): string | undefined => {
  const name = folder.pathAsListed ?? (utf8 ? folder.path : modifiedUtf7(folder.path));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (name === '' || /[\u0000-\u001f\u007f\ufffd]/.test(name) || !name.isWellFormed()) return undefined;
  if (Buffer.byteLength(name) > LIMITS.bulkFolderNameBytesMax) return undefined;
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
};

/** RFC 3501 section 5.1.3: `&` becomes `&-`, and what is not printable ASCII becomes BASE64 of its UTF-16 between & and -. */
export const modifiedUtf7 = (path: string): string =>
  path.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${base64OfUtf16(run)}-`));

const base64OfUtf16 = (run: string): string =>
  Buffer.from(run, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replaceAll('/', ',');
