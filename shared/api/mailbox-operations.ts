/** The routes that open a mailbox; only functions/mail and local/ may reach them. */
import { addAccount } from '../service/add-account.ts';
import type { MailboxDeps } from '../service/mailbox-deps.ts';
import { readMessage } from '../service/read-message.ts';
import { accountView } from './account-view.ts';
import { idFor } from './idempotency.ts';
import type { MailboxOperationId, Operations } from './operation.ts';
import { timeText } from './time-text.ts';

export const MAILBOX_OPERATIONS: Operations<MailboxDeps, MailboxOperationId> = {
  addAccount: async (deps, { tenant, body, idempotencyKey }) => {
    const id = idFor(tenant, 'account', idempotencyKey, deps.newId);
    const account = await addAccount(deps, { tenant, id, ...body });
    return { body: accountView(account), revision: account.revision, location: `/v1/accounts/${id}` };
  },

  getMessage: async (deps, { tenant, params }) => {
    const { folder, headers, receivedAt, ...message } = await readMessage(deps, { tenant, ...params });
    return {
      body: {
        id: params.messageId,
        accountId: params.accountId,
        folder: folder.path,
        ...message,
        receivedAt: timeText(receivedAt),
        headers: headers.map(([name, value]) => ({ name, value })),
      },
    };
  },
};
