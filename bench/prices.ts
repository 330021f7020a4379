/** What AWS asks for, and what a measured way of checking comes to in a month. Free tiers are left out. */

/** us-east-1, in dollars, from the public price pages as they stood on this day. */
export const PRICES = {
  date: '2026-11-22',
  region: 'us-east-1',
  lambdaGbSecond: 0.000_013_333_4,
  lambdaRequest: 0.000_000_2,
  sqsRequest: 0.000_000_4,
  schedulerInvocation: 0.000_001,
  readUnit: 0.000_000_125,
  writeUnit: 0.000_000_625,
  kmsRequest: 0.000_003,
  logGb: 0.5,
  egressGb: 0.09,
} as const;

const HOURS_PER_MONTH = 730;
const BYTES_PER_GB = 1e9;
/** At this much memory Lambda gives one whole processor, and of less a share. */
export const LAMBDA_MB_PER_CPU = 1_769;

/** Of one check of one account; what a batch has in common is divided by its accounts. */
export type Usage = {
  readonly memoryMb: number;
  readonly billedMs: number;
  readonly invocations: number;
  readonly sqsRequests: number;
  readonly schedulerInvocations: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly kmsRequests: number;
  readonly logBytes: number;
  readonly egressBytes: number;
};

export type Bill = {
  readonly lambda: number;
  readonly requests: number;
  readonly sqs: number;
  readonly scheduler: number;
  readonly reads: number;
  readonly writes: number;
  readonly kms: number;
  readonly logs: number;
  readonly egress: number;
};

/** Dollars a month for so many accounts, each checked every `everySeconds`. */
export const monthlyBill = (usage: Usage, accounts: number, everySeconds: number): Bill => {
  const checks = (accounts * HOURS_PER_MONTH * 3_600) / everySeconds;
  const gbSeconds = (usage.memoryMb / 1_024) * (usage.billedMs / 1_000);
  return {
    lambda: checks * gbSeconds * PRICES.lambdaGbSecond,
    requests: checks * usage.invocations * PRICES.lambdaRequest,
    sqs: checks * usage.sqsRequests * PRICES.sqsRequest,
    scheduler: checks * usage.schedulerInvocations * PRICES.schedulerInvocation,
    reads: checks * usage.readUnits * PRICES.readUnit,
    writes: checks * usage.writeUnits * PRICES.writeUnit,
    kms: checks * usage.kmsRequests * PRICES.kmsRequest,
    logs: (checks * usage.logBytes * PRICES.logGb) / BYTES_PER_GB,
    egress: (checks * usage.egressBytes * PRICES.egressGb) / BYTES_PER_GB,
  };
};

export const totalOf = (bill: Bill): number => Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);

/**
 * How long it would take at this much memory: waiting takes as long as it did, and the processor's part longer by the share of one
 * that Lambda gives. That both may overlap is left out, so that it is rather too much.
 */
export const atMemoryMs = (wallMs: number, cpuMs: number, memoryMb: number): number => {
  const share = Math.min(1, memoryMb / LAMBDA_MB_PER_CPU);
  return Math.max(0, wallMs - cpuMs) + cpuMs / share;
};
