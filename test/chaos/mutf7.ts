/** Modified UTF-7 (RFC 3501 section 5.1.3), written apart from the product's and imapflow's, for the other clients. */

export const encodeMutf7 = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (part) =>
    part === '&' ? '&-' : `&${utf16be(part).toString('base64').replaceAll('/', ',').replace(/=+$/, '')}-`,
  );

export const decodeMutf7 = (name: string): string =>
  name.replace(/&([^-]*)-/g, (_, coded: string) =>
    coded === '' ? '&' : Buffer.from(coded.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  );

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
