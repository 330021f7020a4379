import type { ImapFlow } from 'imapflow';
import { LIMITS } from '../../limits.ts';

/**
 * How many commands a server is given at once. Exchange and Outlook take one: they are known to answer pipelined commands
 * wrongly, and other clients send them none.
 */
export const bulkDepthFor = ({ greeting, serverInfo }: Pick<ImapFlow, 'greeting' | 'serverInfo'>): number => {
  const names = [greeting, serverInfo?.name, serverInfo?.vendor].join(' ');
  return /microsoft|exchange|outlook/i.test(names) ? 1 : LIMITS.bulkCommandsOutstanding;
};
