/** Whose tokens the API believes: your own issuer, or a Cognito user pool made here. */
import { Aws, CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  AccountRecovery,
  CfnUserPoolUser,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClientOptions,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { SCOPES } from '../shared/api/route.ts';
import { mayBeThrownAway, type StackSettings } from './settings.ts';

/** Before each scope in a Cognito token: `mailyard/rules:read`. */
export const RESOURCE_SERVER = 'mailyard';

export const createAuthorizer = (scope: Construct, settings: StackSettings): HttpJwtAuthorizer => {
  const { issuer, audience } = settings.jwt ?? createUserPool(scope, settings);
  new CfnOutput(scope, 'Issuer', { value: issuer });
  return new HttpJwtAuthorizer('Token', issuer, { jwtAudience: [...audience] });
};

const createUserPool = (scope: Construct, settings: StackSettings): { issuer: string; audience: string[] } => {
  const pool = new UserPool(scope, 'Users', {
    featurePlan: FeaturePlan.ESSENTIALS,
    selfSignUpEnabled: false,
    userInvitation: {
      emailSubject: 'Mailyard',
      emailBody:
        'You may sign in to Mailyard as {username}. The password for the first time is {####} - then choose your own.',
    },
    signInAliases: { email: true },
    autoVerify: { email: true },
    passwordPolicy: {
      minLength: 12,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
    },
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    deletionProtection: !mayBeThrownAway(settings),
    removalPolicy: mayBeThrownAway(settings) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const scopes = SCOPES.map(
    (name) => new ResourceServerScope({ scopeName: name, scopeDescription: `Mailyard: ${name}` }),
  );
  const server = pool.addResourceServer('Api', { identifier: RESOURCE_SERVER, scopes });
  const granted = scopes.map((resourceScope) => OAuthScope.resourceServer(server, resourceScope));
  const shared: UserPoolClientOptions = {
    accessTokenValidity: Duration.hours(1),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  };
  const people = pool.addClient('People', {
    ...shared,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, ...granted],
      callbackUrls: [...settings.callbackUrls],
    },
  });
  const machines = pool.addClient('Machines', {
    ...shared,
    generateSecret: true,
    oAuth: { flows: { clientCredentials: true }, scopes: granted },
  });
  if (settings.owner !== undefined) invite(scope, pool, settings.owner);
  const domain = pool.addDomain('SignIn', {
    cognitoDomain: { domainPrefix: `mailyard-${settings.stage}-${Aws.ACCOUNT_ID}` },
  });
  new CfnOutput(scope, 'SignInUrl', { value: domain.baseUrl() });
  new CfnOutput(scope, 'PeopleClientId', { value: people.userPoolClientId });
  new CfnOutput(scope, 'MachinesClientId', { value: machines.userPoolClientId });
  return { issuer: pool.userPoolProviderUrl, audience: [people.userPoolClientId, machines.userPoolClientId] };
};

const invite = (scope: Construct, pool: UserPool, address: string): void => {
  const person = new CfnUserPoolUser(scope, 'Owner', {
    userPoolId: pool.userPoolId,
    username: address,
    desiredDeliveryMediums: ['EMAIL'],
    userAttributes: [
      { name: 'email', value: address },
      { name: 'email_verified', value: 'true' },
    ],
  });
  // Accounts and rules belong to who this is in the pool: a deployment without the setting must not take them away.
  person.applyRemovalPolicy(RemovalPolicy.RETAIN);
};
