/** Bugs in what is told to owners and operators. */
import type { PlantedBug } from './planted.ts';

const EVENTS = 'test/journeys/events.test.ts';

export const PLANTED_EVENTS: readonly PlantedBug[] = [
  {
    name: 'what-the-bus-refused-counts-as-taken',
    file: 'shared/service/webhooks/send-to-bus.ts',
    find: 'return code === undefined ? [] : [{ ...one, code }];',
    replace: "return code === '' ? [{ ...one, code }] : [];",
    test: EVENTS,
    only: 'takes in part',
  },
  {
    name: 'former-secrets-sign-no-more',
    file: 'shared/service/webhooks/secret.ts',
    find: 'until > now',
    replace: 'until < 0 * now',
    test: EVENTS,
    only: 'while a secret is changed',
  },
  {
    name: 'the-api-leaves-telling-to-the-next-check',
    file: 'shared/service/change-mailbox.ts',
    find: 'if (done.untold === true) await',
    replace: 'if (done === undefined) await',
    test: EVENTS,
    only: 'without a check',
  },
  {
    name: 'a-dead-mail-server-alarms-the-operator',
    file: 'shared/service/watch-group.ts',
    find: 'unreachable += isStale',
    replace: 'stale += isStale',
    test: 'test/journeys/stale.test.ts',
  },
  {
    name: 'refused-messages-are-not-told-of',
    file: 'shared/service/timers/apply.ts',
    find: 'refused += applied.refused;',
    replace: '',
    test: 'test/journeys/apply.test.ts',
    only: 'will not show',
  },
];
