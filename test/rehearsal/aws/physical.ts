/** What resources are called once they are made: physical names, and the attributes that `Fn::GetAtt` asks for. */
import { createHash } from 'node:crypto';
import { ACCOUNT, PARTITION, REGION } from './names.ts';

export type Made = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

const arn = (service: string, rest: string, region = REGION): string =>
  `arn:${PARTITION}:${service}:${region}:${ACCOUNT}:${rest}`;

/** The stack's name, the logical id and twelve characters, as CloudFormation names things. */
const nameOf = (stack: string, id: string): string => `${stack}-${id}-${hashOf(stack, id).slice(0, 12).toUpperCase()}`;
const hashOf = (stack: string, id: string): string => createHash('sha256').update(`${stack}/${id}`).digest('hex');

type Maker = (name: string, hash: string, origins: Origins) => Made;

/** Where services are found that a name alone would not lead to: the SDK goes where the URL of a queue points. */
export type Origins = { readonly sqs: string };
export const REAL_ORIGINS: Origins = { sqs: `https://sqs.${REGION}.amazonaws.com` };

const MAKERS: Readonly<Record<string, Maker>> = {
  'AWS::DynamoDB::Table': (name) => ({ ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }),
  'AWS::SQS::Queue': (name, _hash, { sqs }) => ({
    ref: `${sqs}/${ACCOUNT}/${name}`,
    attributes: { Arn: arn('sqs', name), QueueName: name },
  }),
  'AWS::KMS::Key': (_name, hash) => {
    const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    return { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
  },
  'AWS::Lambda::Function': (name) => ({ ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }),
  'AWS::IAM::Role': (name) => ({ ref: name, attributes: { Arn: arn('iam', `role/${name}`, '') } }),
  'AWS::Logs::LogGroup': (name) => ({ ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }),
  'AWS::ApiGatewayV2::Api': (_name, hash) => {
    const id = hash.slice(0, 10);
    return { ref: id, attributes: { ApiEndpoint: `https://${id}.execute-api.${REGION}.amazonaws.com` } };
  },
  'AWS::Cognito::UserPool': (_name, hash) => {
    const id = `${REGION}_${hash.slice(0, 9)}`;
    const host = `cognito-idp.${REGION}.amazonaws.com/${id}`;
    return {
      ref: id,
      attributes: { Arn: arn('cognito-idp', `userpool/${id}`), ProviderName: host, ProviderURL: `https://${host}` },
    };
  },
  'AWS::Cognito::UserPoolClient': (_name, hash) => ({ ref: hash.slice(0, 26), attributes: {} }),
  'AWS::SNS::Topic': (name) => ({ ref: arn('sns', name), attributes: { TopicName: name } }),
  'AWS::Events::EventBus': (name) => ({
    ref: name,
    attributes: { Arn: arn('events', `event-bus/${name}`), Name: name },
  }),
};

/** Where `Ref` gives what was asked for as a property. */
export const REF_IS_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPoolDomain': 'Domain',
  'AWS::Cognito::UserPoolResourceServer': 'Identifier',
};

/** Types without a maker give their name to `Ref`, and have no attribute to be asked for. */
export const make = (stack: string, id: string, type: string, origins: Origins): Made => {
  const name = nameOf(stack, id);
  return MAKERS[type]?.(name, hashOf(stack, id), origins) ?? { ref: name, attributes: {} };
};
