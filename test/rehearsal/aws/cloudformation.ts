/**
 * A stand-in for CloudFormation: keeps the template that it was given, refuses what the service would refuse at once, and makes
 * every resource by name. What it cannot know (quotas, patterns of values, whether a Region has a service) it does not judge.
 */
import { parseTemplate, type Template } from '../template/template.ts';
import { type Deployed, deployed, stackId } from './deployed.ts';
import type { Origins } from './physical.ts';
import { QueryError, type Result } from './query-answer.ts';

type ChangeSet = {
  readonly name: string;
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
};
type Stack = {
  readonly name: string;
  status: string;
  text: string;
  parameters: Readonly<Record<string, string>>;
  deployed: Deployed | undefined;
  changeSet: ChangeSet | undefined;
  /** How often something was carried out. */
  deployments: number;
  events: Result[];
};

/** What was uploaded: the bytes of an object, or undefined. */
export type ReadObject = (bucket: string, key: string) => Promise<Buffer | undefined>;

export type CloudFormation = {
  readonly answer: (action: string, input: URLSearchParams) => Promise<Result>;
  /** A stack that was deployed, with its template as text. */
  readonly stack: (
    name: string,
  ) => { readonly text: string; readonly deployed: Deployed; readonly deployments: number } | undefined;
};

const TEMPLATE_BYTES_MAX = 1_000_000;
const RESOURCES_MAX = 500;

export const cloudFormation = (
  readObject: ReadObject,
  origins: Origins,
  now: () => Date = () => new Date(),
): CloudFormation => {
  const stacks = new Map<string, Stack>();

  const named = (input: URLSearchParams): Stack => {
    const asked = input.get('StackName') ?? '';
    const name = asked.startsWith('arn:') ? (asked.split('/')[1] ?? '') : asked;
    const stack = stacks.get(name);
    if (stack === undefined) throw new QueryError('ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  };
  const tell = (stack: Stack, id: string, type: string, status: string): void => {
    stack.events.unshift({
      EventId: String(stack.events.length),
      StackId: stackId(stack.name),
      StackName: stack.name,
      LogicalResourceId: id,
      ResourceType: type,
      ResourceStatus: status,
      Timestamp: now(),
    });
  };
  const createChangeSet = async (input: URLSearchParams): Promise<Result> => {
    const name = input.get('StackName') ?? '';
    const text = await bodyOf(input, readObject);
    const template = parseTemplate(text);
    refuseUnknownCapabilities(template, listIn(input, 'Capabilities'));
    await refuseMissingObjects(template, readObject);
    const parameters = parametersIn(input, template);
    // Found out before anything is made: a reference that leads nowhere.
    deployed(name, template, parameters);
    const stack = stacks.get(name) ?? {
      name,
      status: 'REVIEW_IN_PROGRESS',
      text: '',
      parameters: {},
      deployed: undefined,
      changeSet: undefined,
      deployments: 0,
      events: [],
    };
    stack.changeSet = { name: input.get('ChangeSetName') ?? '', text, parameters };
    stacks.set(name, stack);
    return { Id: changeSetId(stack), StackId: stackId(name) };
  };
  const describeChangeSet = (stack: Stack): Result => {
    const { changeSet } = stack;
    if (changeSet === undefined) throw new QueryError('ChangeSetNotFound', 'there is no such change set');
    const changed = changesBetween(stack.text, changeSet.text);
    const failed =
      changed.length === 0
        ? { Status: 'FAILED', StatusReason: "The submitted information didn't contain changes." }
        : {};
    return {
      ChangeSetName: changeSet.name,
      ChangeSetId: changeSetId(stack),
      StackId: stackId(stack.name),
      StackName: stack.name,
      CreationTime: now(),
      Status: 'CREATE_COMPLETE',
      ExecutionStatus: 'AVAILABLE',
      Changes: changed.map(({ id, type, action }) => ({
        Type: 'Resource',
        ResourceChange: { Action: action, LogicalResourceId: id, ResourceType: type },
      })),
      ...failed,
    };
  };
  const executeChangeSet = (stack: Stack): Result => {
    const { changeSet } = stack;
    if (changeSet === undefined) throw new QueryError('ChangeSetNotFound', 'there is no such change set');
    const verb = stack.deployed === undefined ? 'CREATE' : 'UPDATE';
    const template = parseTemplate(changeSet.text);
    const changed = changesBetween(stack.text, changeSet.text);
    Object.assign(stack, {
      text: changeSet.text,
      parameters: changeSet.parameters,
      deployed: deployed(stack.name, template, changeSet.parameters, origins),
      changeSet: undefined,
      deployments: stack.deployments + 1,
      status: `${verb}_COMPLETE`,
    });
    for (const { id, type } of changed) tell(stack, id, type, `${verb}_COMPLETE`);
    tell(stack, stack.name, 'AWS::CloudFormation::Stack', `${verb}_COMPLETE`);
    return {};
  };
  const describeStacks = (input: URLSearchParams): Result => ({
    Stacks: (input.has('StackName') ? [named(input)] : [...stacks.values()]).map((stack) => ({
      StackName: stack.name,
      StackId: stackId(stack.name),
      StackStatus: stack.status,
      CreationTime: now(),
      Outputs: Object.entries(stack.deployed?.outputs ?? {}).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      })),
      Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    })),
  });

  const ACTIONS: Readonly<Record<string, (input: URLSearchParams) => Result | Promise<Result>>> = {
    DescribeStacks: describeStacks,
    GetTemplate: (input) => ({ TemplateBody: named(input).text }),
    CreateChangeSet: createChangeSet,
    DescribeChangeSet: (input) => describeChangeSet(named(input)),
    ExecuteChangeSet: (input) => executeChangeSet(named(input)),
    DeleteChangeSet: (input) => {
      named(input).changeSet = undefined;
      return {};
    },
    DescribeStackEvents: (input) => ({ StackEvents: named(input).events }),
    DescribeEvents: (input) => ({ OperationEvents: named(input).events }),
    ListStackResources: (input) => ({
      StackResourceSummaries: (named(input).deployed?.resources ?? []).map(({ id, Type, made }) => ({
        LogicalResourceId: id,
        PhysicalResourceId: made.ref,
        ResourceType: Type,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: now(),
      })),
    }),
  };
  return {
    answer: async (action, input) => {
      const act = ACTIONS[action];
      if (act === undefined)
        throw new QueryError('InvalidAction', `the stand-in for CloudFormation knows no ${action}`);
      return await act(input);
    },
    stack: (name) => {
      const stack = stacks.get(name);
      return stack?.deployed === undefined
        ? undefined
        : { text: stack.text, deployed: stack.deployed, deployments: stack.deployments };
    },
  };
};

const changeSetId = ({ name, changeSet }: Stack): string =>
  stackId(name).replace(':stack/', `:changeSet/${changeSet?.name ?? ''}/`);

const bodyOf = async (input: URLSearchParams, readObject: ReadObject): Promise<string> => {
  const url = input.get('TemplateURL');
  const body = url === null ? input.get('TemplateBody') : (await readObject(...placeOf(url)))?.toString();
  if (body === null || body === undefined)
    throw new QueryError('ValidationError', `the template is not where it should be: ${url}`);
  const { Resources } = parseTemplate(body);
  const count = Object.keys(Resources).length;
  if (body.length > TEMPLATE_BYTES_MAX || count > RESOURCES_MAX)
    throw new QueryError('ValidationError', `the template has ${body.length} bytes and ${count} resources`);
  return body;
};

const placeOf = (url: string): [bucket: string, key: string] => {
  const { hostname, pathname } = new URL(url);
  const [first = '', ...rest] = pathname.slice(1).split('/');
  return hostname.includes('.s3.') ? [hostname.split('.s3.')[0] ?? '', pathname.slice(1)] : [first, rest.join('/')];
};

const listIn = (input: URLSearchParams, name: string): string[] =>
  [...input].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);

const parametersIn = (input: URLSearchParams, { Parameters = {} }: Template): Record<string, string> => {
  const keys = [...input].filter(([name]) => /^Parameters\.member\.\d+\.ParameterKey$/.test(name));
  const given = keys.map(([name, key]) => [key, input.get(name.replace(/Key$/, 'Value')) ?? '']);
  const defaults = Object.entries(Parameters).map(([name, { Default = '' }]) => [name, Default]);
  return Object.fromEntries([...defaults, ...given.filter(([, value]) => value !== '')]);
};

const refuseUnknownCapabilities = ({ Resources }: Template, given: readonly string[]): void => {
  const roles = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (roles.length > 0 && !given.some((one) => /^CAPABILITY_(NAMED_)?IAM$/.test(one)))
    throw new QueryError('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_IAM]');
};

const refuseMissingObjects = async (template: Template, readObject: ReadObject): Promise<void> => {
  const { resources } = deployed('any', template);
  for (const { id, Type, Properties } of resources) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { S3Bucket = '', S3Key = '' } = (Properties?.['Code'] ?? {}) as { S3Bucket?: string; S3Key?: string };
    if ((await readObject(S3Bucket, S3Key)) === undefined)
      throw new QueryError('ValidationError', `the code of ${id} was not uploaded: ${S3Bucket}/${S3Key}`);
  }
};

const changesBetween = (before: string, after: string): { id: string; type: string; action: string }[] => {
  const old = before === '' ? {} : parseTemplate(before).Resources;
  const fresh = parseTemplate(after).Resources;
  const ids = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return ids
    .filter((id) => JSON.stringify(old[id]) !== JSON.stringify(fresh[id]))
    .map((id) => ({
      id,
      type: (fresh[id] ?? old[id])?.Type ?? '',
      action: old[id] === undefined ? 'Add' : fresh[id] === undefined ? 'Remove' : 'Modify',
    }));
};
