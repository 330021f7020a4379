/** `archive`: the message goes to the archive. */
import { moveToRole } from './move-to-role.ts';

export const archiveAction = moveToRole('archive', 'archive');
