/**
 * What somebody asks to be done beside what rules decide: data, planned by the run that carries it out, once that run has
 * seen the mailbox. It goes the way of a rule's effects: journal, evidence, mirror, commit.
 */
import type { UidSet } from '../mail/uid-set.ts';
import type { ComposedDraft, DraftSpec } from '../rules/effect.ts';
import type { RemoveCommand, Requester } from './journal.ts';

/** A folder as an id of the API names it, or as our own record of an effect does. */
export type FolderRef =
  | { readonly folderId: string; readonly uidValidity: number }
  | { readonly path: string; readonly uidValidity: number };

export type MessagesRef = {
  readonly folder: FolderRef;
  readonly uids: UidSet;
  /** One per UID, in order: what they are known by where their folder was renamed or numbered anew. */
  readonly fingerprints?: readonly string[];
  /** The same of their EMAILIDs, as of `emailMarkOf`: then also where they have another UID in the folder by now. */
  readonly emailMarks?: readonly string[];
  /** UIDs in that folder which our own record knows for other messages. */
  readonly others?: UidSet;
};

export type RequestedChange =
  /** Flags first, then the move. `mailbox` is a path; keywords that a message has (or lacks) already are left as they are. */
  | (MessagesRef & {
      readonly kind: 'change';
      readonly mailbox?: string;
      readonly create?: boolean;
      readonly add?: readonly string[];
      readonly remove?: readonly string[];
    })
  | (MessagesRef & { readonly kind: 'copy'; readonly mailbox: string; readonly create?: boolean })
  /** For good. Without `written` only where the account allows it. */
  | (MessagesRef & { readonly kind: 'remove'; readonly written?: RemoveCommand['written'] })
  /** `id` makes the draft one of its kind: asked for twice under the same id it is written once. */
  | { readonly kind: 'draft'; readonly id: string; readonly draft: ComposedDraft }
  | { readonly kind: 'reply'; readonly id: string; readonly to: MessagesRef; readonly draft: DraftSpec }
  | { readonly kind: 'createFolder'; readonly path: string }
  | { readonly kind: 'renameFolder'; readonly path: string; readonly to: string }
  | { readonly kind: 'deleteFolder'; readonly path: string; readonly destroy?: boolean };

export type RequestedChanges = {
  readonly requester: Requester;
  /** Carried out in this order. */
  readonly changes: readonly RequestedChange[];
};
