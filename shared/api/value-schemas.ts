/** Values that many answers hold. */
import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';

export const idSchema = z
  .string()
  .meta({ pattern: '^[A-Za-z0-9_-]{1,256}$' })
  .describe('An id of this service: opaque, URL-safe');

/** RFC 3339 in UTC, as JMAP's UTCDate. */
export const timeSchema = z.string().meta({ format: 'date-time' });

export const countSchema = z.int().min(0);

export const uidSchema = z.int().min(1).max(4_294_967_295);
export const uidValiditySchema = z.int().min(0).max(4_294_967_295);

export const errorCodeSchema = z
  .enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])
  .meta({ id: 'ErrorCode', description: 'Stable names of what can go wrong' });
