/** `dkim`: what the owner's own server found on checking DKIM (RFC 8601). */
import { authenticationCondition } from './authentication.ts';

export const dkimCondition = authenticationCondition('dkim');
