/** Where a message would be, and with which keywords, after the effects decided so far. Never changed in place. */
import type { ListedFolder } from '../mail/folder.ts';
import type { Keyword } from '../mail/keyword.ts';
import type { MessageFacts } from '../mail/message.ts';

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

/** Before any rule. */
export const untouched = (
  { mailbox, keywords }: Pick<MessageFacts, 'mailbox' | 'keywords'>,
  { folders }: Pick<Simulation, 'folders'>,
): Simulation => ({
  mailbox,
  keywords: keywords.length === 0 ? NONE : new Set(keywords),
  folders,
  created: NONE,
  drafted: NONE,
});

const NONE: ReadonlySet<string> = new Set();
