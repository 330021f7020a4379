/** Every key of the table, in one place. A partition key always begins with the tenant; nothing else can build one. */

export const INDEX_DUE = 'due';

/** '#' and '%' are escaped, so that no tenant's name reaches into another's keys. */
const escaped = (text: string): string => text.replace(/[%#]/g, (sign) => (sign === '%' ? '%25' : '%23'));
const unescaped = (text: string): string => text.replace(/%2([35])/g, (_, digit) => (digit === '5' ? '%' : '#'));

/** What a tenant owns: accounts, rules, and authorizations under way. */
export const tenantPk = (tenant: string): string => `T#${escaped(tenant)}`;
export const accountSk = (accountId: string): string => `A#${accountId}`;
export const authorizationSk = (stateHash: string): string => `O#${stateHash}`;
export const ruleSk = (ruleId: string): string => `R#${ruleId}`;
/** A rule's former revisions sort by number. */
export const revisionPrefix = (ruleId: string): string => `RR#${ruleId}#`;
export const revisionSk = (ruleId: string, revision: number): string =>
  `${revisionPrefix(ruleId)}${revision.toString(36).padStart(7, '0')}`;
export const listSk = (name: string): string => `L#${name}`;
/** The entries of a list, as one writing left them. */
export const listPartSk = (name: string, writing: string, n: number): string => `LP#${name}#${writing}#${n}`;

/** Webhooks, how they fare, and what is still to be delivered to each, in order of time. */
export const webhookSk = (id: string): string => `X#${id}`;
export const webhookStateSk = (id: string): string => `XS#${id}`;
export const deliveryPrefix = (webhookId: string): string => `XD#${webhookId}#`;
export const deliverySk = (webhookId: string, name: string): string => `${deliveryPrefix(webhookId)}${name}`;

/** Requests that carried an Idempotency-Key, by a MAC of it. */
export const keptRequestSk = (name: string): string => `I#${name}`;

/** What one account holds: head, cursors, segments, journal. */
export const accountPk = (tenant: string, accountId: string): string => `${tenantPk(tenant)}#${accountId}`;

export const parseAccountPk = (pk: string): { tenant: string; accountId: string } | undefined => {
  const [kind, tenant, accountId] = pk.split('#');
  return kind === 'T' && tenant && accountId ? { tenant: unescaped(tenant), accountId } : undefined;
};

export const HEAD_SK = 'H';
export const CURSOR_PREFIX = 'C#';
export const cursorSk = (page: number): string => `${CURSOR_PREFIX}${page.toString(36).padStart(3, '0')}`;
export const cursorPageOf = (sk: string): number => Number.parseInt(sk.slice(CURSOR_PREFIX.length), 36);

/** Segments sort by UID within (folder, UIDVALIDITY). */
export const SEGMENT_PREFIX = 'S#';
export const segmentPrefix = (folderId: string, uidValidity?: number): string =>
  `${SEGMENT_PREFIX}${folderId}#${uidValidity === undefined ? '' : `${uidValidity.toString(36)}#`}`;
export const segmentSk = (folderId: string, uidValidity: number, start: number): string =>
  `${segmentPrefix(folderId, uidValidity)}${start.toString(36).padStart(7, '0')}`;
export const segmentStartOf = (sk: string): number => Number.parseInt(sk.slice(sk.lastIndexOf('#') + 1), 36);

/** Message-IDs that were seen, in numbered buckets. */
export const seenSk = (bucket: number): string => `M#${bucket.toString(36).padStart(2, '0')}`;
export const seenBucketOf = (sk: string): number => Number.parseInt(sk.slice(2), 36);

/** A rule applied to mail that was there: one item that tells how far it is, and the messages in pieces behind it. */
export const applicationSk = (applicationId: string): string => `Q#${applicationId}`;
export const piecePrefix = (applicationId: string): string => `${applicationSk(applicationId)}#`;
export const pieceSk = (applicationId: string, n: number): string =>
  `${piecePrefix(applicationId)}${n.toString().padStart(5, '0')}`;

/** Timers sort by when they are due, in seconds since 1970. */
export const TIMER_PREFIX = 'W#';
export const timerSk = (dueAt: number, kind: string, id: string): string =>
  `${TIMER_PREFIX}${dueAt.toString(36).padStart(7, '0')}#${kind}#${id}`;
export const parseTimerSk = (sk: string): { dueAt: number; kind: string; id: string } => {
  const [, due = '', kind = '', ...id] = sk.split('#');
  return { dueAt: Number.parseInt(due, 36), kind, id: id.join('#') };
};

/** Conversations that were answered by a draft. */
export const draftedSk = (conversation: string): string => `N#${conversation}`;

/** How long messages of a folder have been as they are, for rules that wait. */
export const agesPrefix = (folderId: string): string => `G#${folderId}#`;
export const agesSk = (folderId: string, uidValidity: number): string =>
  `${agesPrefix(folderId)}${uidValidity.toString(36)}`;

/** Runs sort by time, parts by number. */
export const JOURNAL_PREFIX = 'J#';
export const runPrefix = (runId: string): string => `${JOURNAL_PREFIX}${runId}#`;
export const journalSk = (runId: string, n: number): string => `${runPrefix(runId)}${n.toString().padStart(4, '0')}`;
export const parseJournalSk = (sk: string): { runId: string; n: number } => {
  const [, runId, n] = sk.split('#');
  return { runId: runId ?? '', n: Number(n) };
};

/** What became of each batch of a poll group, the accounts of it that no batch was ever through with, and its last tick. */
export const HEARTBEAT_PK_PREFIX = 'B#';
export const heartbeatPk = (pollGroup: string): string => `${HEARTBEAT_PK_PREFIX}${pollGroup}`;
export const HEARTBEAT_PREFIX = 'b#';
export const heartbeatSk = (batch: number): string => `${HEARTBEAT_PREFIX}${batch.toString(36).padStart(4, '0')}`;
export const heartbeatBatchOf = (sk: string): number => Number.parseInt(sk.slice(HEARTBEAT_PREFIX.length), 36);
export const AWAITED_SK = 'w';
export const TICK_SK = 't';

/** When webhooks are to be tried again, in order of time. */
export const WAKE_PK = 'E';
type NamedWebhook = { readonly tenant: string; readonly webhookId: string };
export const wakeSk = (dueAt: number, { tenant, webhookId }: NamedWebhook): string =>
  `${dueAt.toString(36).padStart(7, '0')}#${escaped(tenant)}#${webhookId}`;
export const parseWakeSk = (sk: string): (NamedWebhook & { readonly dueAt: number }) | undefined => {
  const [due = '', tenant, webhookId] = sk.split('#');
  return tenant && webhookId ? { dueAt: Number.parseInt(due, 36), tenant: unescaped(tenant), webhookId } : undefined;
};

/** The deployment's own items: the vault's key pair, the key that recognises requests, and how the table is laid out. */
export const VAULT_PK = 'V';
export const LAYOUT_SK = 'L';
export const REQUEST_KEY_SK = 'Q';
export const vaultKeySk = (keyId: string): string => `K#${keyId}`;

/** Deleted accounts: one item that stays for a while, and one until they are cleared for the second time. */
export const TOMBSTONE_PK = 'D';
export const TOMBSTONE_DUE_PREFIX = 'due#';
type Named = { readonly tenant: string; readonly accountId: string };
export const tombstoneSk = ({ tenant, accountId }: Named): string => `kept#${escaped(tenant)}#${accountId}`;
export const tombstoneDueSk = (dueAt: number, { tenant, accountId }: Named): string =>
  `${TOMBSTONE_DUE_PREFIX}${dueAt.toString(36).padStart(7, '0')}#${escaped(tenant)}#${accountId}`;
export const parseTombstoneSk = (sk: string): { tenant: string; accountId: string } | undefined => {
  const [, , tenant, accountId] = sk.split('#');
  return tenant && accountId ? { tenant: unescaped(tenant), accountId } : undefined;
};
