/** Which folders a filter can hold in: what is in none of them need not be looked at. */
import type { ListedFolder } from '../mail/folder.ts';
import type { Filter } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import { refersTo } from './mailbox-ref.ts';

/** False only where no message of the folder at `path` can match. */
export const mayHoldIn = (filter: Filter, path: string, folders: readonly ListedFolder[]): boolean => {
  if (isOperator(filter)) {
    // What is under NOT says where it fails, and of a message's other properties nothing is known.
    if (filter.operator === 'NOT') return true;
    const may = (child: Filter): boolean => mayHoldIn(child, path, folders);
    return filter.operator === 'AND' ? filter.conditions.every(may) : filter.conditions.some(may);
  }
  const { inMailbox, inMailboxOtherThan = [] } = filter;
  if (inMailboxOtherThan.some((ref) => refersTo(ref, path, folders))) return false;
  return inMailbox === undefined || refersTo(inMailbox, path, folders);
};
