/** `dmarc`: what the owner's own server found on checking DMARC (RFC 8601). */
import { authenticationCondition } from './authentication.ts';

export const dmarcCondition = authenticationCondition('dmarc');
