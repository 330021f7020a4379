/** Rules that hand a message on from folder to folder until it is back where it was. */
import type { ListedFolder, MailboxRef } from '../mail/folder.ts';
import type { Action } from './actions.ts';
import { resolvePath } from './mailbox-ref.ts';
import type { Rule } from './rule.ts';
import { hasPlaceholders } from './template.ts';

/** The shortest way back for one of the rule's moves: the action's index, and the folders on the way. */
export const moveLoop = (
  rule: Rule,
  others: readonly Rule[],
  folders: readonly ListedFolder[],
): { readonly action: number; readonly path: readonly string[] } | undefined => {
  const moves = [rule, ...others].flatMap((one) => movesOf(one, folders));
  for (const { rule: mover, action, from, to } of moves) {
    if (mover !== rule) continue;
    const way = wayBetween(to, from, moves);
    if (way !== undefined) return { action, path: [from, ...way] };
  }
  return undefined;
};

type Move = { readonly rule: Rule; readonly action: number; readonly from: string; readonly to: string };

/** Only a folder that is watched for mail as it comes in hands a message on by itself. */
const movesOf = (rule: Rule, folders: readonly ListedFolder[]): Move[] => {
  if (rule.trigger.type !== 'arrived' && rule.trigger.type !== 'movedInto') return [];
  const watched = rule.mailboxes.flatMap((ref) => resolvePath(ref, folders) ?? []);
  return rule.actions.flatMap((action, index) => {
    const target = targetOf(action);
    const to = target === undefined ? undefined : resolvePath(target, folders);
    if (to === undefined) return [];
    return watched.filter((from) => from !== to).map((from) => ({ rule, action: index, from, to }));
  });
};

const ROLE_OF = { archive: 'archive', trash: 'trash', markJunk: 'junk', markNotJunk: 'inbox' } as const;

const targetOf = (action: Action): MailboxRef | undefined => {
  if (action.type === 'move') {
    return 'path' in action.mailbox && hasPlaceholders(action.mailbox.path) ? undefined : action.mailbox;
  }
  return action.type in ROLE_OF ? { role: ROLE_OF[action.type as keyof typeof ROLE_OF] } : undefined;
};

/** Breadth first; each folder is looked at once. */
const wayBetween = (from: string, to: string, moves: readonly Move[]): string[] | undefined => {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const folder of cameFrom.keys()) {
    if (folder === to) {
      const way: string[] = [];
      for (let at: string | undefined = folder; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
      return way;
    }
    for (const move of moves) if (move.from === folder && !cameFrom.has(move.to)) cameFrom.set(move.to, folder);
  }
  return undefined;
};
