/** A rule of the service as its owner wrote it: without what the service keeps beside it. */

import { asWritten } from '../shared/rules/as-written.ts';
import type { RuleInput } from '../shared/rules/rule.ts';
import type { Rule } from './named.ts';

export const inputOf = ({ paused: _paused, ...rule }: Rule): RuleInput => asWritten(rule as unknown as RuleInput);
