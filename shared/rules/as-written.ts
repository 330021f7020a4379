/** A rule as its owner wrote it. */
import type { RuleInput } from './rule.ts';

const KEPT = ['id', 'revision', 'createdAt', 'updatedAt', 'paused'];

/** A rule without what the service keeps beside it. */
export const asWritten = (rule: RuleInput): RuleInput =>
  Object.fromEntries(
    Object.entries(rule).filter(([name, value]) => value !== undefined && !KEPT.includes(name)),
  ) as RuleInput;
