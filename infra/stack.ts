/** Everything that is deployed, on one page: who is given what. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createApi } from './api.ts';
import { createBackups } from './backup.ts';
import { createDashboard } from './dashboard.ts';
import { createData } from './data.ts';
import { createEventBus } from './event-bus.ts';
import { createNetwork } from './network.ts';
import { createRuleFunctions } from './rule-functions.ts';
import { readSettings } from './settings.ts';
import { createClockwork } from './sync.ts';

export class MailyardStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, { description: 'Mailyard: mail filed, flagged and drafted by rules', ...props });
    const settings = readSettings(this.node);
    const data = createData(this, settings);
    const backups = createBackups(this, data, settings);
    const bus = createEventBus(this, settings);
    const functions = createRuleFunctions(this, settings);
    const network = createNetwork(this, settings);
    const clockwork = createClockwork(this, { ...data, bus }, settings, functions, network);
    const api = createApi(this, data, { ...clockwork, bus }, settings, functions, network);
    const watched = { ...clockwork, ...api, ...data, backups };
    createAlarms(this, watched, settings);
    createDashboard(this, watched);
  }
}
