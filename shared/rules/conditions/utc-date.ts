/** JMAP's UTCDate (RFC 8620 section 1.4): `2025-03-01T00:00:00Z`. */
import * as z from 'zod';

export const utcDateSchema = z.iso
  .datetime('must be a date in UTC such as 2025-03-01T00:00:00Z')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a day that exists');
