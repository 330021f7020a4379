/** A rule as the API shows it: as it was written, with its id and times. */
import type { Rule } from '../rules/rule.ts';
import { timeText } from './time-text.ts';

export const ruleView = ({ revision: _revision, createdAt, updatedAt, ...rule }: Rule) => ({
  ...rule,
  createdAt: timeText(createdAt),
  updatedAt: timeText(updatedAt),
});
