/** The routes that open a mailbox; only functions/mail and local/ may reach them. */
import { MailyardError } from '../errors.ts';
import { addAccount } from '../service/add-account.ts';
import { applyExisting } from '../service/apply-existing.ts';
import { createFolder, deleteFolder, renameFolder } from '../service/change-folders.ts';
import type { ChangedMailbox } from '../service/change-mailbox.ts';
import { changeMessages, removeMessages } from '../service/change-messages.ts';
import { explainMessage } from '../service/explain-message.ts';
import type { MailboxDeps } from '../service/mailbox-deps.ts';
import { previewRules } from '../service/preview-rules.ts';
import { readMessage } from '../service/read-message.ts';
import { replaceCredential } from '../service/replace-credential.ts';
import { type UndoWhat, undo } from '../service/undo.ts';
import { testWebhook } from '../service/webhooks/test-webhook.ts';
import { writeDraft } from '../service/write-draft.ts';
import type { AccountRef } from '../store/head.ts';
import { accountView } from './account-view.ts';
import { parseActivityId } from './activity-id.ts';
import { applyView } from './application-view.ts';
import { changeOf } from './change-bodies.ts';
import { changedView } from './changed-view.ts';
import { CONNECTION_OPERATIONS } from './connection-operations.ts';
import { draftOf } from './draft-body.ts';
import { messageView } from './message-view.ts';
import type { MailboxOperationId, Operations } from './operation.ts';
import { searchMessages } from './search-messages.ts';
import { explanationView, previewView } from './try-out-view.ts';

export const MAILBOX_OPERATIONS: Operations<MailboxDeps, MailboxOperationId> = {
  ...CONNECTION_OPERATIONS,

  addAccount: async (deps, { tenant, body, newId: id }) => {
    const account = await addAccount(deps, { tenant, id, ...body });
    return { body: accountView(account), revision: account.revision, location: `/v1/accounts/${id}` };
  },

  replaceCredential: async (deps, { tenant, params, body, ifMatch }) => {
    const account = await replaceCredential(deps, { tenant, ...params, ...body, revision: ifMatch });
    return { body: accountView(account), revision: account.revision };
  },

  searchMessages,

  getMessage: async (deps, { tenant, params }) => {
    return { body: messageView(params, await readMessage(deps, { tenant, ...params })) };
  },

  changeMessage: async (deps, { tenant, params: { accountId, messageId }, body }) => {
    const done = await changeMessages(deps, { tenant, accountId, ids: [messageId], change: changeOf(body) });
    requireThere(done);
    return { body: changedView(accountId, deps.now(), done) };
  },

  changeMessages: async (deps, { tenant, params: { accountId }, body: { ids, ...change } }) => {
    const done = await changeMessages(deps, { tenant, accountId, ids, change: changeOf(change) });
    return { body: changedView(accountId, deps.now(), done) };
  },

  destroyMessage: async (deps, { tenant, params: { accountId, messageId } }) => {
    const done = await removeMessages(deps, { tenant, accountId, ids: [messageId] });
    requireThere(done);
    return { body: changedView(accountId, deps.now(), done) };
  },

  writeDraft: async (deps, { tenant, params: { accountId }, body, newId: id }) => {
    const done = await writeDraft(deps, { tenant, accountId, id, wanted: draftOf(body) });
    return { body: changedView(accountId, deps.now(), done) };
  },

  createFolder: async (deps, { tenant, params: { accountId }, body }) => {
    const done = await createFolder(deps, { tenant, accountId, ...body });
    return { body: changedView(accountId, deps.now(), done) };
  },

  renameFolder: async (deps, { tenant, params, body }) => {
    const done = await renameFolder(deps, { tenant, ...params, ...body });
    return { body: changedView(params.accountId, deps.now(), done) };
  },

  deleteFolder: async (deps, { tenant, params, query }) => {
    const done = await deleteFolder(deps, { tenant, ...params, destroy: query.destroy === 'true' });
    return { body: changedView(params.accountId, deps.now(), done) };
  },

  testWebhook: async (deps, { tenant, params }) => {
    const tested = await testWebhook(deps, { tenant, id: params.webhookId });
    return { body: { ...params, ...tested } };
  },

  previewRule: async (deps, { tenant, body: { rule, ...wanted } }) => ({
    body: previewView(await previewRules(deps, { tenant, input: rule, ...wanted })),
  }),

  explainMessage: async (deps, { tenant, params, query: { rule } }) => ({
    body: explanationView(await explainMessage(deps, { tenant, ...params, ruleId: rule })),
  }),

  applyRule: async (deps, { tenant, params: { ruleId }, body: { accountId, alsoRuleIds = [], mailboxes, token } }) => {
    const report = await applyExisting(deps, {
      tenant,
      accountId,
      ruleIds: [...new Set([ruleId, ...alsoRuleIds])],
      ...(mailboxes === undefined ? {} : { mailboxes }),
      ...(token === undefined ? {} : { token }),
    });
    return { body: applyView(accountId, report) };
  },

  undoActivity: async (deps, { tenant, params }) => {
    const activity = parseActivityId(params.activityId);
    if (activity === undefined) throw new MailyardError('not-found', 'there is no such activity');
    const { accountId, ...entry } = activity;
    return await undone(deps, { tenant, accountId }, { what: 'entry', ...entry });
  },

  undoMany: async (deps, { tenant, params, body }) => {
    const what =
      'runId' in body
        ? { what: 'run' as const, runId: body.runId }
        : { what: 'rule' as const, ruleId: body.ruleId, since: deps.now() - body.sinceSeconds * 1_000 };
    return await undone(deps, { tenant, ...params }, what);
  },
};

const undone = async (deps: MailboxDeps, ref: AccountRef, what: UndoWhat) => {
  const { impossible, ...done } = await undo(deps, { ref, what });
  return {
    body: {
      ...changedView(ref.accountId, deps.now(), done),
      ...(impossible.length === 0 ? {} : { impossible: impossible.map(({ reason }) => ({ reason })) }),
    },
  };
};

/** Of one message the owner is told plainly that it is no longer there. */
const requireThere = ({ parts }: ChangedMailbox): void => {
  if (parts.length === 0 || !parts.every(({ state }) => state.state === 'skipped' && GONE.has(state.reason))) return;
  throw new MailyardError('message.gone', 'the message is no longer where it was');
};

const GONE: ReadonlySet<string> = new Set(['message-gone', 'uidvalidity-changed']);
