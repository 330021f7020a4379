/** The bill against cases computed by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMemoryMs, monthlyBill, PRICES, totalOf, type Usage } from '../../bench/prices.ts';

const NOTHING: Usage = {
  memoryMb: 1_024,
  billedMs: 0,
  invocations: 0,
  sqsRequests: 0,
  schedulerInvocations: 0,
  readUnits: 0,
  writeUnits: 0,
  kmsRequests: 0,
  logBytes: 0,
  egressBytes: 0,
};

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 0.005, `${actual}, by hand ${expected}`);

// 1,000 accounts every minute are 1,000 x 730 h x 60 = 43,800,000 checks a month.
test('each kind of use has its price, by hand', () => {
  const bill = (usage: Partial<Usage>) => monthlyBill({ ...NOTHING, ...usage }, 1_000, 60);
  near(bill({ billedMs: 100 }).lambda, 58.4); // 4,380,000 GB-s at 13.3334 dollars a million
  near(bill({ billedMs: 100, memoryMb: 256 }).lambda, 14.6);
  near(bill({ invocations: 1 }).requests, 8.76); // at 0.20 a million
  near(bill({ sqsRequests: 1 }).sqs, 17.52); // at 0.40 a million
  near(bill({ schedulerInvocations: 1 }).scheduler, 43.8); // at 1 a million
  near(bill({ readUnits: 0.5 }).reads, 2.7375); // 21.9 M at 0.125
  near(bill({ writeUnits: 2 }).writes, 54.75); // 87.6 M at 0.625
  near(bill({ kmsRequests: 1 }).kms, 131.4); // at 0.03 for 10,000
  near(bill({ logBytes: 1_000 }).logs, 21.9); // 43.8 GB at 0.50
  near(bill({ egressBytes: 2_000 }).egress, 7.884); // 87.6 GB at 0.09
});

test('half the accounts, or half as often, cost half; the total is their sum', () => {
  const usage = { ...NOTHING, billedMs: 100, invocations: 1, kmsRequests: 1 };
  near(totalOf(monthlyBill(usage, 1_000, 60)), 58.4 + 8.76 + 131.4);
  near(totalOf(monthlyBill(usage, 500, 60)), (58.4 + 8.76 + 131.4) / 2);
  near(totalOf(monthlyBill(usage, 1_000, 120)), (58.4 + 8.76 + 131.4) / 2);
});

test('the processor’s part grows with its share, waiting does not', () => {
  near(atMemoryMs(500, 0, 512), 500);
  near(atMemoryMs(500, 100, 1_769), 500);
  near(atMemoryMs(500, 100, 884.5), 600); // half a processor: 400 of waiting and 200
  near(atMemoryMs(500, 100, 4_000), 500); // no check uses a second one
});

test('the table says which day it is of', () => {
  assert.match(PRICES.date, /^2026-\d\d-\d\d$/);
});
