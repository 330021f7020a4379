/** `spf`: what the owner's own server found on checking SPF (RFC 8601). */
import { authenticationCondition } from './authentication.ts';

export const spfCondition = authenticationCondition('spf');
