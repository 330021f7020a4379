/**
 * Rules applied to mail that is there. First it is told what they would do, with a token for exactly that; with the token, and if
 * that is still what they would do, it is written down and the account's next runs do it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { MailyardError } from '../errors.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder, MailboxRef } from '../mail/folder.ts';
import { splitUidSet, uidCount } from '../mail/uid-set.ts';
import { messagesAllowed } from '../rules/breaker.ts';
import { resolvePath } from '../rules/mailbox-ref.ts';
import type { Rule } from '../rules/rule.ts';
import { type Application, type ApplicationPiece, putApplication, readApplication } from '../store/applications.ts';
import { type AccountRef, readHead } from '../store/head.ts';
import { commitHead, released } from '../store/lease.ts';
import { putTimer } from '../store/timers.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { AccountConfig } from './account-config.ts';
import { readConfig } from './account-config.ts';
import type { RuleContext } from './apply-rules.ts';
import { functionAsker } from './ask-functions.ts';
import { waitForLease } from './change-mailbox.ts';
import { asManual, type Found, findApplicable } from './find-applicable.ts';
import { leaseLost } from './lease-lost.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { knownFolders } from './read-folders.ts';
import { requestCheck } from './request-sync.ts';
import { openRunHistory } from './run-history.ts';
import { withMailbox } from './with-mailbox.ts';

export type ApplyInput = AccountRef & {
  /** Applied in their sequence, as to new mail. */
  readonly ruleIds: readonly string[];
  /** Instead of the rules' own. */
  readonly mailboxes?: readonly MailboxRef[];
  /** Of an answer before: that is what is confirmed. */
  readonly token?: string;
};

export type ApplyReport = Found & {
  readonly token: string;
  readonly rules: readonly Rule[];
  /** More than a rule may do by itself in one folder: confirming lifts that to what is told here. */
  readonly beyondLimits: boolean;
  /** What was confirmed. */
  readonly application?: Application;
};

/** Throws `not-found`, `apply.stale`, `account.paused`, `account.busy`, `request.too-large`, `deadline.reached`, `imap.*`. */
export const applyExisting = async (deps: MailboxDeps, input: ApplyInput): Promise<ApplyReport> => {
  const ref = { tenant: input.tenant, accountId: input.accountId };
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const config = await readConfig(deps, ref);
  if (config === undefined) throw new MailyardError('not-found', 'there is no such account');
  if (input.token !== undefined && (await readHead(deps.table, ref))?.paused === true) {
    throw new MailyardError('account.paused', 'the account is paused; resume it first');
  }
  const rules = input.ruleIds.map((id) => requireRule(config, id));
  const known = await knownFolders(deps, ref);
  const mailboxes = input.mailboxes?.map((mailbox) => pathOf(mailbox, known));
  const manual = asManual(rules, mailboxes);
  const timeoutMs = deps.deadline() - deps.now();
  const { account, credential } = config;
  const found = await withMailbox(deps, { account, credential, timeoutMs }, (session) =>
    find(deps, ref, session, config, manual, known),
  );
  const [nonce = deps.newId(), told] = input.token?.split('.') ?? [];
  const token = tokenOf(nonce, ref, rules, found.digest);
  const report: ApplyReport = { ...found, token, rules, beyondLimits: isBeyond(rules, found) };
  if (input.token === undefined) return report;
  const id = applicationIdOf(input.token);
  // The same confirmation sent again.
  const before = await readApplication(deps.table, ref, id);
  if (before !== undefined) return { ...report, application: before };
  if (told === undefined || !isSame(input.token, token)) {
    throw new MailyardError(
      'apply.stale',
      'the rule would do something else by now; look at it again and confirm that',
    );
  }
  const application: Application = {
    id,
    rules: rules.map(({ id: ruleId, revision }) => ({ id: ruleId, revision })),
    ...(mailboxes === undefined ? {} : { mailboxes }),
    state: 'running',
    messages: found.folders.reduce((sum, { uids }) => sum + uidCount(uids), 0),
    processed: 0,
    pieces: 0,
    next: 0,
    runIds: [],
    createdAt: deps.now(),
    updatedAt: deps.now(),
  };
  return { ...report, application: await begin(deps, ref, config, application, piecesOf(found)) };
};

const requireRule = ({ rules, account }: AccountConfig, id: string): Rule => {
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined || !(rule.accountIds?.includes(account.id) ?? true)) {
    throw new MailyardError('not-found', 'there is no such rule for this account');
  }
  return rule;
};

const listedOf = (known: readonly FolderCursor[]): ListedFolder[] =>
  known.map(({ path, role, ...status }) => ({
    path,
    ...(role === undefined ? {} : { role }),
    delimiter: '',
    selectable: true,
    status,
  }));

const pathOf = (mailbox: MailboxRef, known: readonly FolderCursor[]): string => {
  const path = resolvePath(mailbox, listedOf(known));
  if (path === undefined || !known.some((folder) => folder.path === path)) {
    throw new MailyardError('not-found', 'the account has no such folder, or it was not looked at yet');
  }
  return path;
};

const find = async (
  deps: MailboxDeps,
  ref: AccountRef,
  session: MailSession,
  config: AccountConfig,
  rules: readonly Rule[],
  known: readonly FolderCursor[],
): Promise<Found> => {
  const folders = listedOf(known);
  // Time is left for the answer, and for writing down what was confirmed.
  const until = deps.now() + (deps.deadline() - deps.now()) * 0.8;
  const context: RuleContext = {
    accountId: ref.accountId,
    rules,
    folders,
    now: deps.now(),
    me: [config.account.address],
    timeZone: config.account.timeZone ?? 'UTC',
    history: openRunHistory(deps.table, ref, deps.now()),
    ask: functionAsker(deps.functions),
    paused: new Set(),
    lists: config.lists,
    alsoHeaders: ['from', 'subject'],
    isLate: () => deps.now() >= until,
  };
  const named = known.filter(({ path }) =>
    rules.some((rule) => rule.mailboxes.some((mailbox) => resolvePath(mailbox, folders) === path)),
  );
  if (named.length > LIMITS.applyMailboxesMax) {
    throw new MailyardError(
      'request.too-large',
      `at most ${LIMITS.applyMailboxesMax} folders can be looked at at once`,
    );
  }
  return await findApplicable(session, context, rules, named);
};

const isBeyond = (rules: readonly Rule[], { folders }: Found): boolean =>
  rules.some(({ limits }) => folders.some(({ messages, uids }) => uidCount(uids) > messagesAllowed(limits, messages)));

/** What was told, and to which rules: nobody else can be shown more by it, so that it needs no secret. */
const tokenOf = (nonce: string, ref: AccountRef, rules: readonly Rule[], digest: string): string => {
  const named = rules.map(({ id, revision }) => [id, revision]);
  const hash = createHash('sha256').update(JSON.stringify([nonce, ref, named, digest]));
  return `${nonce}.${hash.digest('base64url')}`;
};

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));

const applicationIdOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url').replace(/[-_]/g, '').slice(0, 16);

const piecesOf = ({ folders }: Found): ApplicationPiece[] =>
  folders.flatMap(({ folder: { id, uidValidity }, uids }) =>
    splitUidSet(uids, LIMITS.applyPieceBytesMax).map((set) => ({ folderId: id, uidValidity, uids: set })),
  );

/** Under the lease, so that no run takes the time at which it is due for its own. */
const begin = async (
  deps: MailboxDeps,
  ref: AccountRef,
  { account }: AccountConfig,
  wanted: Application,
  pieces: readonly ApplicationPiece[],
): Promise<Application> => {
  const now = Math.floor(deps.now() / 1_000);
  const expiresAt = now + LIMITS.applicationRetentionDays * 86_400;
  const application: Application = {
    ...wanted,
    pieces: pieces.length,
    ...(pieces.length === 0 ? { state: 'done' } : {}),
  };
  await putApplication(deps.table, ref, application, pieces, expiresAt);
  if (pieces.length === 0) return application;
  const lease = await waitForLease(deps, ref);
  const timer = { kind: 'apply', id: application.id, dueAt: now, payload: { id: application.id } };
  await putTimer(deps.table, ref, timer, now + LIMITS.timerRetentionDays * 86_400);
  const earliest = (at: number | undefined): number => Math.min(at ?? now, now);
  const { wakeAt, timerAt } = lease.head;
  const due = { wakeAt: earliest(wakeAt), timerAt: earliest(timerAt) };
  if (!(await commitHead(deps.table, lease, { ...due, ...released(lease) }))) throw leaseLost();
  await requestCheck(deps, account, { long: true });
  return application;
};
