/** A stack as it was deployed: its template with every reference carried out, by what the resources are called. */
import { type Known, resolveValue } from '../template/intrinsics.ts';
import type { Json, Resource, Template } from '../template/template.ts';
import { ACCOUNT, PARTITION, REGION } from './names.ts';
import { type Made, make, type Origins, REAL_ORIGINS, REF_IS_PROPERTY } from './physical.ts';

export type DeployedResource = Resource & { readonly id: string; readonly made: Made };

export type Deployed = {
  readonly name: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, string>>;
};

/** Throws where a reference leads nowhere, as CloudFormation would fail. */
export const deployed = (
  name: string,
  template: Template,
  parameters: Readonly<Record<string, string>> = {},
  origins: Origins = REAL_ORIGINS,
): Deployed => {
  const made = new Map(Object.entries(template.Resources).map(([id, { Type }]) => [id, make(name, id, Type, origins)]));
  const pseudo: Record<string, string> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Region': REGION,
    'AWS::Partition': PARTITION,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': name,
    'AWS::StackId': stackId(name),
    ...parameters,
  };
  const known: Known = {
    ref: (id) => {
      const { Type = '', Properties } = template.Resources[id] ?? {};
      const asked = Properties?.[REF_IS_PROPERTY[Type] ?? ''];
      const value = asked === undefined ? (made.get(id)?.ref ?? pseudo[id]) : String(resolved(asked));
      if (value === undefined) throw new Error(`${id} is not there`);
      return value;
    },
    attribute: (id, attribute) => {
      const value = made.get(id)?.attributes[attribute];
      if (value === undefined) throw new Error(`${id} has no ${attribute}`);
      return value;
    },
  };
  const resolved = (value: Json): Json => resolveValue(value, known);
  return {
    name,
    resources: [...made].map(([id, one]) => {
      const resource = template.Resources[id] as Resource;
      const properties = resolved(resource.Properties ?? {}) as Readonly<Record<string, Json>>;
      return { ...resource, id, made: one, Properties: properties };
    }),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([key, { Value }]) => [key, String(resolved(Value))]),
    ),
  };
};

export const stackId = (name: string): string =>
  `arn:${PARTITION}:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/00000000-0000-0000-0000-000000000000`;
