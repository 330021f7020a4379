/** Whether a draft may be made: nothing answers machines, the owner, or the same person twice (RFC 3834 section 2). */
import { createHash } from 'node:crypto';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { At } from './action-kind.ts';
import { automaticMailReason } from './automatic-mail.ts';
import { durationMs } from './duration.ts';
import type { DRAFT_KINDS, RuleProblem } from './effect.ts';
import { fold } from './fold.ts';
import { isMineOf } from './own-addresses.ts';
import { domainOf } from './people.ts';
import { messageIdsIn, replyTo } from './reply-headers.ts';

type Asked = {
  readonly kind: (typeof DRAFT_KINDS)[number];
  readonly evenIfAutomatic: boolean;
  readonly againAfter: string;
};
type Guard = Pick<RuleProblem, 'reason' | 'detail'> | { readonly conversation?: string };

/** Why there is no draft, or the conversation it would belong to. A forward and a new message answer nobody. */
export const draftRefusal = ({ kind, evenIfAutomatic, againAfter }: Asked, at: At): Guard => {
  if (kind === 'forward' || kind === 'new') return {};
  const { facts, history } = at.view;
  const reason = evenIfAutomatic ? undefined : automaticMailReason(facts);
  if (reason !== undefined) return { reason: 'automatic-mail', detail: `no draft: ${reason}` };
  const [person] = replyTo(facts);
  const isMine = isMineOf(at.context.me);
  if (person !== undefined && isMine?.({ address: fold(person.address), domain: domainOf(person.address) })) {
    return { reason: 'own-address', detail: 'no draft: the message is the owner’s own' };
  }
  const conversation = conversationOf(facts);
  const since = (at.context.now ?? Number.POSITIVE_INFINITY) - (durationMs(againAfter) ?? 0);
  const lately = (history.drafts ?? []).some((draft) => draft.conversation === conversation && draft.at > since);
  if (lately || at.simulation.drafted.has(conversation)) {
    return { reason: 'drafted-lately', detail: `no draft: there was one within ${againAfter}` };
  }
  return { conversation };
};

/** A sender and a thread in 96 bits, so that what is kept of them names nobody. */
export const conversationOf = (facts: Pick<MessageFacts, 'headers'>): string => {
  const sender = fold(replyTo(facts)[0]?.address ?? headerValues(facts, 'from')[0] ?? '');
  const thread = ['references', 'in-reply-to', 'message-id'].flatMap((name) => messageIdsIn(facts, name))[0] ?? '';
  return createHash('sha256')
    .update(JSON.stringify([sender, thread]))
    .digest('base64url')
    .slice(0, 16);
};
