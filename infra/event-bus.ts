/** Where events go that owners want on a bus: one of its own, or one that the operator named. At rest it costs nothing. */
import { CfnOutput } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { StackSettings } from './settings.ts';

export type Bus = Pick<EventBus, 'eventBusArn' | 'eventBusName'>;

export const createEventBus = (scope: Construct, { eventBusName }: StackSettings): Bus => {
  const bus =
    eventBusName === undefined
      ? new EventBus(scope, 'Events', { description: 'What Mailyard sees and does, for owners who asked for it' })
      : EventBus.fromEventBusName(scope, 'Events', eventBusName);
  new CfnOutput(scope, 'EventBusName', { value: bus.eventBusName });
  return bus;
};
