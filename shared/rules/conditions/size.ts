/** Sizes in a rule: bytes, as RFC822.SIZE counts them. */
import * as z from 'zod';

export const sizeSchema = z.int('must be a whole number of bytes').min(0, 'must not be negative');
