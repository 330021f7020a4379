/** The routes that open a mailbox; only functions/mail and local/ may reach them. */
import { addAccount } from '../service/add-account.ts';
import type { MailboxDeps } from '../service/mailbox-deps.ts';
import { readMessage } from '../service/read-message.ts';
import { replaceCredential } from '../service/replace-credential.ts';
import { accountView } from './account-view.ts';
import { messageView } from './message-view.ts';
import type { MailboxOperationId, Operations } from './operation.ts';

export const MAILBOX_OPERATIONS: Operations<MailboxDeps, MailboxOperationId> = {
  addAccount: async (deps, { tenant, body, newId: id }) => {
    const account = await addAccount(deps, { tenant, id, ...body });
    return { body: accountView(account), revision: account.revision, location: `/v1/accounts/${id}` };
  },

  replaceCredential: async (deps, { tenant, params, body, ifMatch }) => {
    const account = await replaceCredential(deps, { tenant, ...params, ...body, revision: ifMatch });
    return { body: accountView(account), revision: account.revision };
  },

  getMessage: async (deps, { tenant, params }) => {
    return { body: messageView(params, await readMessage(deps, { tenant, ...params })) };
  },
};
