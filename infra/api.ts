/** The HTTP API: a token at the door, the routes that open a mailbox to functions/mail, all others to functions/api. */
import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { PUBLIC_PATHS } from '../shared/api/public-paths.ts';
import type { Data } from './data.ts';
import type { Bus } from './event-bus.ts';
import { createFunction } from './functions.ts';
import { createAuthorizer } from './identity.ts';
import type { Network } from './network.ts';
import { openVault, putEventsOn, recogniseRequests, sendTo, useTable } from './permissions.ts';
import { MAIL_ROUTES } from './routes.ts';
import type { RuleFunctions } from './rule-functions.ts';
import { mailboxEnvironment, type StackSettings, scheduleEnvironment } from './settings.ts';
import type { Clockwork } from './sync.ts';

export type Api = { readonly http: HttpApi; readonly api: NodejsFunction; readonly mail: NodejsFunction };

/** What API Gateway waits for an answer at most. */
const ANSWER_TIMEOUT = Duration.seconds(29);

export const createApi = (
  scope: Construct,
  { table, key }: Data,
  { checks, longChecks, bus }: Pick<Clockwork, 'checks' | 'longChecks'> & { readonly bus: Bus },
  settings: StackSettings,
  functions: RuleFunctions,
  network: Network | undefined,
): Api => {
  const environment = {
    TABLE_NAME: table.tableName,
    QUEUE_URL: checks.queueUrl,
    RULE_FUNCTION_NAMES: functions.names.join(','),
    KMS_KEY_ID: key.keyArn,
    EVENT_BUS_NAME: bus.eventBusName,
    ...scheduleEnvironment(settings),
    ...(settings.tenantClaim === undefined ? {} : { TENANT_CLAIM: settings.tenantClaim }),
  };
  const api = createFunction(scope, 'api', {
    description: 'Serves the routes that need no mailbox',
    timeout: ANSWER_TIMEOUT,
    memoryMb: settings.memoryMb.api,
    logRetentionDays: settings.logRetentionDays,
    environment,
    may: [useTable(table), sendTo(checks), recogniseRequests(key)],
  });
  const mail = createFunction(scope, 'mail', {
    description: 'Serves the routes that open a mailbox',
    timeout: ANSWER_TIMEOUT,
    memoryMb: settings.memoryMb.mail,
    logRetentionDays: settings.logRetentionDays,
    network,
    environment: {
      ...environment,
      LONG_QUEUE_URL: longChecks.queueUrl,
      ...mailboxEnvironment(settings),
      ...functions.environment,
    },
    may: [
      useTable(table),
      openVault(key),
      sendTo(checks, longChecks),
      recogniseRequests(key),
      putEventsOn(bus),
      ...functions.may,
    ],
  });
  const http = new HttpApi(scope, 'HttpApi', {
    description: 'Mailyard',
    createDefaultStage: false,
    defaultAuthorizer: createAuthorizer(scope, settings),
  });
  const toApi = new HttpLambdaIntegration('ApiIntegration', api);
  http.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.ANY], integration: toApi });
  const open = { integration: toApi, authorizer: new HttpNoneAuthorizer() };
  // What may be done to a path tells nothing that the documentation does not; a preflight carries no token.
  http.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.OPTIONS], ...open });
  for (const path of PUBLIC_PATHS) http.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.HEAD], ...open });
  const toMail = new HttpLambdaIntegration('MailIntegration', mail);
  for (const { method, path } of MAIL_ROUTES) {
    http.addRoutes({ path, methods: [method as HttpMethod], integration: toMail });
  }
  const accessLog = new LogGroup(scope, 'AccessLog', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new HttpStage(scope, 'Stage', {
    httpApi: http,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: settings.requestsPerSecondMax, burstLimit: settings.requestsAtOnceMax },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog),
      // Routes and not paths: a path holds ids of people's mail.
      format: AccessLogFormat.custom(
        JSON.stringify({
          requestId: '$context.requestId',
          route: '$context.routeKey',
          status: '$context.status',
          latencyMs: '$context.responseLatency',
          bytes: '$context.responseLength',
          error: '$context.error.responseType',
        }),
      ),
    },
  });
  new CfnOutput(scope, 'ApiUrl', { value: http.apiEndpoint });
  return { http, api, mail };
};
