/**
 * From what somebody asked for to commands, once the run has seen the mailbox: what is gone, or is so already, becomes a skip
 * with its reason. Looks at the messages, and changes nothing.
 */
import { createHash } from 'node:crypto';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { findFolder, type ListedFolder, normalizePath } from '../mail/folder.ts';
import { NO_UIDS, type UidSet, uidCount, uidSet } from '../mail/uid-set.ts';
import type { Effect } from '../rules/effect.ts';
import { resolvePath } from '../rules/mailbox-ref.ts';
import { batchEffects, splitCommand } from '../sync/batch.ts';
import type { EffectCommand, Requester, SkipReason, Source } from '../sync/journal.ts';
import type { MessagesRef, RequestedChange, RequestedChanges } from '../sync/requested.ts';
import type { Books } from './books.ts';
import { lookAt, type Seen } from './look-at.ts';
import { targetIn, type UnnumberedPart } from './plan-run.ts';

export type RequestedContext = {
  readonly accountId: string;
  readonly session: MailSession;
  readonly folders: readonly ListedFolder[];
  readonly books: Books;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A draft of this id was asked for before, and is in the journal. */
  readonly isKnownDraft: (effectId: string) => Promise<boolean>;
};

export type RequestedPart = Extract<UnnumberedPart, { readonly kind: 'effect' }>;

export const planRequested = async (
  context: RequestedContext,
  { requester, changes }: RequestedChanges,
): Promise<RequestedPart[]> => {
  const parts: RequestedPart[] = [];
  for (const change of changes) parts.push(...(await planChange(context, requester, change)));
  return parts;
};

const planChange = async (
  context: RequestedContext,
  requester: Requester,
  change: RequestedChange,
): Promise<RequestedPart[]> => {
  const { folders, now } = context;
  const planned = (command: EffectCommand): RequestedPart => ({
    kind: 'effect',
    command,
    state: { state: 'planned', attempt: 1 },
  });
  const skipped = (command: EffectCommand, reason: SkipReason): RequestedPart => ({
    kind: 'effect',
    command,
    state: { state: 'skipped', attempt: 1, reason, at: now() },
  });
  switch (change.kind) {
    case 'change':
    case 'copy':
    case 'remove': {
      const seen = await lookAt(context, change);
      const parts: RequestedPart[] = [];
      if (uidCount(seen.missing) > 0) parts.push(skipped(hollow(change, requester, seen), seen.why));
      if (change.kind === 'remove') {
        if (seen.facts.length > 0) parts.push(...splitUp(removal(change, requester, seen)).map(planned));
        return parts;
      }
      const { commands, idle } = commandsFor(context, requester, change, seen);
      parts.push(...commands.map(planned));
      if (uidCount(idle) > 0)
        parts.push(
          skipped(hollow(change, requester, { ...seen, missing: idle, missingFrom: seen.source }), 'already-so'),
        );
      return parts;
    }
    case 'draft':
    case 'reply': {
      const drafts = findFolder(folders, { role: 'drafts' });
      const seen = change.kind === 'reply' ? await lookAt(context, change.to) : undefined;
      const source = seen?.source ?? sourceOf(context, drafts);
      const uids = seen === undefined ? NO_UIDS : uidSet(seen.facts.map(({ uid }) => uid));
      const id = ['requested', context.accountId, change.id];
      const command: EffectCommand = {
        kind: 'draft',
        source,
        uids,
        askedBy: [{ ...requester, uids }],
        target: targetIn(folders)(drafts?.path ?? '', false),
        draft: change.draft,
        effectId: createHash('sha256').update(JSON.stringify(id)).digest('base64url').slice(0, 22),
      };
      if (drafts === undefined) return [skipped(command, 'mailbox-missing')];
      if (await context.isKnownDraft(command.effectId)) return [skipped(command, 'already-so')];
      if (seen !== undefined && uidCount(uids) === 0) return [skipped({ ...command, uids: seen.missing }, seen.why)];
      return [planned(command)];
    }
    case 'createFolder': {
      const path = placePath(change.path, folders);
      const source = { folderId: '', path, uidValidity: 0 };
      return [planned({ kind: 'createFolder', source, uids: NO_UIDS, askedBy: [{ ...requester, uids: NO_UIDS }] })];
    }
    case 'renameFolder':
    case 'deleteFolder': {
      const folder = findFolder(folders, { path: change.path });
      const source = sourceOf(context, folder, change.path);
      const base = { source, uids: NO_UIDS, askedBy: [{ ...requester, uids: NO_UIDS }] };
      const delimiter = folder?.delimiter ?? '';
      const command: EffectCommand =
        change.kind === 'renameFolder'
          ? { kind: 'renameFolder', ...base, to: placePath(change.to, folders), delimiter }
          : { kind: 'deleteFolder', ...base, destroy: change.destroy === true, aside: asideOf(source), delimiter };
      if (folder?.status === undefined) return [skipped(command, 'mailbox-missing')];
      // RENAME of INBOX moves its messages and leaves it (RFC 9051 section 6.3.6).
      return [folder.path === 'INBOX' ? skipped(command, 'mailbox-not-changed') : planned(command)];
    }
  }
};

/** The command that says what could not be done, of the messages it could not be done to. */
const hollow = (
  change: Extract<RequestedChange, MessagesRef>,
  requester: Requester,
  { missingFrom, missing }: Seen,
): EffectCommand => {
  const base = { source: missingFrom, uids: missing, askedBy: [{ ...requester, uids: missing }] };
  const fingerprints: readonly string[] = [];
  if (change.kind === 'remove') return { kind: 'remove', ...base, fingerprints, ...writtenOf(change) };
  if (change.mailbox === undefined) {
    const { add = [], remove = [] } = change.kind === 'change' ? change : {};
    return { kind: 'store', ...base, add, remove };
  }
  const kind = change.kind === 'copy' ? 'copy' : 'move';
  return { kind, ...base, target: { path: change.mailbox, create: false }, fingerprints };
};

const removal = (
  change: Extract<RequestedChange, { readonly kind: 'remove' }>,
  requester: Requester,
  { source, facts }: Seen,
): EffectCommand => {
  const sorted = [...facts].sort((a, b) => a.uid - b.uid);
  const uids = uidSet(sorted.map(({ uid }) => uid));
  const askedBy = [{ ...requester, uids }];
  return { kind: 'remove', source, uids, askedBy, fingerprints: sorted.map(fingerprintOf), ...writtenOf(change) };
};

const writtenOf = ({ written }: Extract<RequestedChange, { readonly kind: 'remove' }>) =>
  written === undefined ? {} : { written };

/** The commands for those that it changes anything about; the others are `idle`. */
const commandsFor = (
  { accountId, folders, books }: RequestedContext,
  requester: Requester,
  change: Extract<RequestedChange, { readonly kind: 'change' | 'copy' }>,
  { source, facts }: Seen,
): { readonly commands: EffectCommand[]; readonly idle: UidSet } => {
  const mailbox = change.mailbox === undefined ? undefined : resolvePath({ path: change.mailbox }, folders);
  const idle: number[] = [];
  const messages = facts.map((one) => {
    const effects: Effect[] = [];
    if (change.kind === 'change') {
      const add = (change.add ?? []).filter((keyword) => !one.keywords.includes(keyword));
      const remove = (change.remove ?? []).filter((keyword) => one.keywords.includes(keyword));
      if (add.length + remove.length > 0) effects.push({ kind: 'store', ruleId: '', add, remove });
    }
    if (mailbox !== undefined && mailbox !== source.path) {
      const kind = change.kind === 'copy' ? 'copy' : 'move';
      effects.push({ kind, ruleId: '', mailbox, create: change.create === true });
    }
    if (effects.length === 0) idle.push(one.uid);
    const { uid, keywords, emailId } = one;
    return { uid, trigger: 'requested', fingerprint: fingerprintOf(one), emailId, keywords, decision: { effects } };
  });
  const commands = batchEffects(source, messages, {
    accountId,
    requester: () => requester,
    highestModseq: books.cursorAt(source.path)?.highestModseq,
    target: targetIn(folders),
    draftsPath: undefined,
  });
  return { commands: commands.flatMap(splitUp), idle: uidSet(idle) };
};

const splitUp = (command: EffectCommand): EffectCommand[] => splitCommand(command, LIMITS.journalPartBytesMax);

const sourceOf = ({ books }: RequestedContext, folder: ListedFolder | undefined, path = ''): Source => ({
  folderId: folder === undefined ? '' : (books.cursorAt(folder.path)?.id ?? ''),
  path: folder?.path ?? normalizePath(path),
  uidValidity: folder?.status?.uidValidity ?? 0,
});

/** Where a folder of this name goes: below the personal namespace's prefix (RFC 2342), where there is one. */
const placePath = (path: string, folders: readonly ListedFolder[]): string => {
  const known = findFolder(folders, { path });
  if (known !== undefined) return known.path;
  const below = folders.find(({ shortPath }) => shortPath !== undefined);
  const prefix = below === undefined ? '' : below.path.slice(0, below.path.length - (below.shortPath ?? '').length);
  const wanted = normalizePath(path);
  return wanted.startsWith(prefix) ? wanted : `${prefix}${wanted}`;
};

/** A name beside the folder's own that nobody files into; the same at every attempt. */
const asideOf = ({ path, uidValidity }: Source): string => `${path}-deleted-${uidValidity.toString(36)}`;
