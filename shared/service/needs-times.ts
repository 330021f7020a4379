/** Whether timers are still to be set for what rules wait for. */
import type { Rule } from '../rules/rule.ts';
import type { Head } from '../store/head.ts';

const isTimed = ({ mode, trigger }: Rule): boolean =>
  mode === 'live' && (trigger.type === 'aged' || trigger.type === 'scheduled');

/** Costs a quiet check nothing: both numbers are in the head, and the rules in the warm worker. */
export const needsTimes = (head: Pick<Head, 'configVersion' | 'timedConfig'>, rules: readonly Rule[]): boolean =>
  timedConfigFor(head, rules) !== (head.timedConfig ?? null);

/** What the head says once it is done. */
export const timedConfigFor = (
  { configVersion }: Pick<Head, 'configVersion'>,
  rules: readonly Rule[],
): number | null => (rules.some(isTimed) ? configVersion : null);
