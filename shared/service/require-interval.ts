/** How often an account wants to be checked, held against what the deployment offers. */
import { MailyardError } from '../errors.ts';
import type { Schedule } from '../sync/schedule.ts';

/** In seconds; the deployment's default where nothing is asked for. Throws `validation.failed`. */
export const requireInterval = (
  { pollSecondsAllowed, pollSecondsDefault }: Pick<Schedule, 'pollSecondsAllowed' | 'pollSecondsDefault'>,
  asked: number | undefined,
): number => {
  const pollSeconds = asked ?? pollSecondsDefault;
  if (pollSecondsAllowed.includes(pollSeconds)) return pollSeconds;
  const detail = `must be one of ${pollSecondsAllowed.join(', ')} in this deployment`;
  throw new MailyardError('validation.failed', `pollSeconds ${detail}`, {
    fields: [{ pointer: '/pollSeconds', detail }],
  });
};
