/** Bugs in how checks are handed out and worked off; run as those of planted.ts. */
import type { PlantedBug } from './planted.ts';

const DISPATCH = 'test/service/dispatch-checks.test.ts';
const OUTAGE = 'test/service/outage.test.ts';
const BATCHES = 'test/journeys/batches.test.ts';
const SCHEDULE = 'test/journeys/schedule.test.ts';

export const PLANTED_DISPATCH: readonly PlantedBug[] = [
  {
    name: 'a-tick-claimed-by-everybody',
    file: 'shared/store/ticks.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds < :tick',",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds <= :tick',",
    test: DISPATCH,
    only: 'a minute that is handed out twice',
  },
  {
    name: 'a-late-tick-sends-once-more',
    file: 'shared/store/ticks.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds < :tick',",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds <> :tick',",
    test: DISPATCH,
    only: 'a tick that comes late',
  },
  {
    name: 'checks-of-old-ticks-are-made-up-for',
    file: 'shared/service/check-accounts.ts',
    find: 'isStale(message.tickSeconds, message.pollSeconds, nowSeconds)',
    replace: 'isStale(message.tickSeconds, 86_400, nowSeconds)',
    test: OUTAGE,
  },
  {
    name: 'whatever-waited-is-too-old',
    file: 'shared/service/check-accounts.ts',
    find: 'isStale(message.tickSeconds, message.pollSeconds, nowSeconds)',
    replace: 'isStale(message.tickSeconds, 0, nowSeconds)',
    test: OUTAGE,
  },
  {
    name: 'a-batch-waits-for-its-slowest-server',
    file: 'shared/service/check-account.ts',
    find: 'const timeoutMs = bounded(LIMITS.lookSeconds);',
    replace: 'const timeoutMs = deps.deadline() - deps.now();',
    test: BATCHES,
    only: 'a hostile server',
  },
  {
    name: 'tenants-in-the-order-of-the-index',
    file: 'shared/service/dispatch-checks.ts',
    find: 'inFairOrder(await dueAccounts(deps.table, pollGroup))',
    replace: 'inFairOrder([]).concat(await dueAccounts(deps.table, pollGroup))',
    test: DISPATCH,
    only: 'who has one account',
  },
  {
    name: 'no-bound-for-a-host',
    file: 'shared/service/check-accounts.ts',
    find: '              gate,\n',
    replace: '',
    test: 'test/journeys/crowded-host.test.ts',
  },
  {
    name: 'first-syncs-in-the-batch',
    file: 'shared/service/check-account.ts',
    find: 'if (inBatch && head.firstSyncAt === undefined)',
    replace: 'if (inBatch && head.firstSyncAt === 0)',
    test: BATCHES,
    only: 'a first sync is handed on',
  },
  {
    name: 'long-work-asked-for-at-every-tick',
    file: 'shared/service/hand-on.ts',
    find: 'if (!long && !(await claimLong(',
    replace: "if (!long && ref.accountId === '' && !(await claimLong(",
    test: BATCHES,
    only: 'a first sync is handed on',
  },
  {
    name: 'former-groups-forgotten',
    file: 'shared/sync/due.ts',
    find: 'length: Math.max(pollShards, pollShardsMax)',
    replace: 'length: Math.min(pollShards, pollShardsMax)',
    test: SCHEDULE,
    only: 'a group that is there no more',
  },
  {
    name: 'accounts-stay-in-former-groups',
    file: 'shared/service/regroup.ts',
    find: 'if (to === from ||',
    replace: 'if (quietSeconds < 86_400 || to === from ||',
    test: SCHEDULE,
    only: 'a group that is there no more',
  },
];
