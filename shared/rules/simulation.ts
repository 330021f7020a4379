/** Where a message would be, and with which keywords, after the effects decided so far. Never changed in place. */
import type { ListedFolder } from '../mail/folder.ts';
import type { Keyword } from '../mail/keyword.ts';

export type Simulation = {
  readonly mailbox: string;
  readonly keywords: ReadonlySet<Keyword>;
  /** The account's folders as listed. */
  readonly folders: readonly ListedFolder[];
  /** Paths that an earlier effect creates. */
  readonly created: ReadonlySet<string>;
  /** Conversations answered by an earlier rule. */
  readonly drafted: ReadonlySet<string>;
};
