/** `trash`: the message goes to the trash, where the server or its owner erases it. */
import { moveToRole } from './move-to-role.ts';

export const trashAction = moveToRole('trash', 'trash');
