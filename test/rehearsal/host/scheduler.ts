/** EventBridge Scheduler: a minute passes, and what the template schedules is called as the schedule's role may. */
import type { DeployedResource } from '../aws/deployed.ts';
import type { Call } from '../grants/evaluate.ts';
import { isRecord, plainId } from '../template/template.ts';
import type { Sandbox } from './sandbox.ts';

export type SchedulerOptions = {
  readonly schedules: readonly DeployedResource[];
  /** By ARN. */
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  /** Roles by ARN, under the names that infra/ gives them. */
  readonly roles: ReadonlyMap<string, string>;
  readonly judge: (role: string, call: Call) => boolean;
};

/** Calls whatever is due at that minute; rejects where the schedule could not have called it, or the call failed. */
export const tick = async (options: SchedulerOptions, at: Date): Promise<unknown[]> => {
  const answers: unknown[] = [];
  for (const { id, Properties = {} } of options.schedules) {
    const { ScheduleExpression, State = 'ENABLED', Target } = Properties;
    if (State !== 'ENABLED' || !isDue(String(ScheduleExpression), at)) continue;
    if (!isRecord(Target)) throw new Error(`${id} calls nothing`);
    const { Arn, RoleArn, Input = '{}' } = Target;
    const role = options.roles.get(String(RoleArn));
    const sandbox = options.sandboxes.get(String(Arn));
    if (role === undefined || sandbox === undefined)
      throw new Error(`${id} calls ${String(Arn)} as ${String(RoleArn)}`);
    const call: Call = { action: 'lambda:InvokeFunction', resource: sandbox.arn, context: {} };
    if (!options.judge(role, call)) throw new Error(`${role} may not call ${sandbox.name}`);
    const text = String(Input).replaceAll('<aws.scheduler.scheduled-time>', at.toISOString().replace(/\.\d+Z$/, 'Z'));
    const answer = await sandbox.invoke(JSON.parse(text));
    if (!answer.ok)
      throw new Error(`${plainId(id)}: ${sandbox.name} failed with ${answer.errorType}: ${answer.errorMessage}`);
    answers.push(answer.result);
  }
  return answers;
};

/** `rate(n minutes)`, which runs in whole minutes. Throws for an expression that the rehearsal does not know. */
export const isDue = (expression: string, at: Date): boolean => {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (every === undefined) throw new Error(`the rehearsal does not know ${expression}`);
  const minutes = Number(every) * (unit === 'minute' ? 1 : unit === 'hour' ? 60 : 1_440);
  return Math.floor(at.getTime() / 60_000) % minutes === 0;
};
