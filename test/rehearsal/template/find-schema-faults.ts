/** Holds a template against CloudFormation's own resource schemas, as @aws-cdk/aws-service-spec carries them. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types';
import { attributeOf, isIntrinsic } from './intrinsics.ts';
import { isRecord, type Json, type Template } from './template.ts';

type Properties = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;
type Schema = { readonly properties: Properties; readonly attributes: ReadonlySet<string> };

export type SchemaReport = {
  readonly faults: readonly string[];
  /** Values that were held against a schema. */
  readonly values: number;
};

const PSEUDO = /^AWS::(AccountId|Region|Partition|StackId|StackName|URLSuffix|NoValue|NotificationARNs)$/;

const TAG: Properties = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' }, required: true },
};

/** Reading the schemas takes a second or more, so that they are read once. */
let database: SpecDatabase | undefined;

export const findSchemaFaults = (template: Template): SchemaReport => {
  database ??= loadAwsServiceSpecSync();
  const db = database;
  const faults: string[] = [];
  let values = 0;

  const schemaOf = (type: string): Schema | undefined => {
    const [found] = db.lookup('resource', 'cloudFormationType', 'equals', type);
    return found && { properties: found.properties, attributes: new Set(Object.keys(found.attributes)) };
  };

  /** What an intrinsic function refers to has to be there, and to have that attribute. */
  const checkReference = (name: string, argument: Json, at: string): void => {
    if (name === 'Ref') checkRef(String(argument), at);
    else if (name === 'Fn::GetAtt') checkAttribute(...attributeOf(argument), at);
    else if (name === 'Fn::Sub') checkSubstitutes(argument, at);
    else checkFree(argument, at);
  };
  const checkSubstitutes = (argument: Json, at: string): void => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    for (const [, variable = ''] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) {
      if (isRecord(own) && variable in own) continue;
      if (variable.includes('.')) checkAttribute(...attributeOf(variable), at);
      else checkRef(variable, at);
    }
  };
  const checkRef = (id: string, at: string): void => {
    const there = id in template.Resources || id in (template.Parameters ?? {}) || PSEUDO.test(id);
    if (!there) faults.push(`${at}: Ref to ${id}, which is not there`);
  };
  const checkAttribute = (id: string, attribute: string, at: string): void => {
    const resource = template.Resources[id];
    if (resource === undefined) faults.push(`${at}: GetAtt of ${id}, which is not there`);
    else if (schemaOf(resource.Type)?.attributes.has(attribute) === false)
      faults.push(`${at}: ${resource.Type} has no attribute ${attribute}`);
  };
  /** Where no schema says anything, references are still followed. */
  const checkFree = (value: Json, at: string): void => {
    if (Array.isArray(value)) for (const one of value) checkFree(one, at);
    else if (isRecord(value)) {
      for (const [name, one] of Object.entries(value)) {
        if (isIntrinsic(name)) checkReference(name, one, at);
        else checkFree(one, `${at}/${name}`);
      }
    }
  };
  const checkRecord = (value: Json, properties: Properties, at: string): void => {
    if (!isRecord(value)) {
      faults.push(`${at}: not an object`);
      return;
    }
    for (const [name, one] of Object.entries(value)) {
      const property = properties[name];
      if (property === undefined) faults.push(`${at}: no property ${name}`);
      else checkValue(one, property.type, `${at}/${name}`);
    }
    for (const [name, { required }] of Object.entries(properties)) {
      if (required === true && !(name in value)) faults.push(`${at}: ${name} is missing`);
    }
  };
  const checkValue = (value: Json, type: PropertyType, at: string): void => {
    values += 1;
    const names = isRecord(value) ? Object.keys(value) : [];
    if (names.length === 1 && isIntrinsic(names[0] ?? '')) checkFree(value, at);
    else if (type.type === 'array') {
      if (!Array.isArray(value)) faults.push(`${at}: not a list`);
      else for (const [i, one] of value.entries()) checkValue(one, type.element, `${at}/${i}`);
    } else if (type.type === 'map') {
      if (!isRecord(value)) faults.push(`${at}: not an object`);
      else for (const [name, one] of Object.entries(value)) checkValue(one, type.element, `${at}/${name}`);
    } else if (type.type === 'ref') {
      checkRecord(value, db.get('typeDefinition', type.reference.$ref).properties, at);
    } else if (type.type === 'union') {
      const before = faults.length;
      const wrong = type.types.map((one) => {
        checkValue(value, one, at);
        return faults.splice(before);
      });
      if (wrong.every((found) => found.length > 0)) faults.push(...(wrong[0] ?? []));
    } else if (type.type === 'tag') checkRecord(value, TAG, at);
    else if (type.type === 'json') checkFree(value, at);
    else if (!isPrimitive(value, type.type)) faults.push(`${at}: ${JSON.stringify(value)} is no ${type.type}`);
    else if ('allowedValues' in type && type.allowedValues !== undefined && !isAllowed(value, type.allowedValues))
      faults.push(`${at}: ${JSON.stringify(value)} is none of ${type.allowedValues.join(', ')}`);
  };

  for (const [id, resource] of Object.entries(template.Resources)) {
    const schema = schemaOf(resource.Type);
    const at = `${id} (${resource.Type})`;
    if (schema === undefined) faults.push(`${at}: no such type of resource`);
    else checkRecord(resource.Properties ?? {}, schema.properties, at);
    for (const other of [resource.DependsOn ?? []].flat()) {
      if (!(other in template.Resources)) faults.push(`${at}: depends on ${other}, which is not there`);
    }
  }
  for (const [name, { Value }] of Object.entries(template.Outputs ?? {})) checkFree(Value, `output ${name}`);
  return { faults, values };
};

/** CloudFormation takes numbers and booleans as text, too. */
const isPrimitive = (value: Json, type: string): boolean => {
  const text = typeof value === 'string' ? value : '';
  if (type === 'string' || type === 'date-time') return typeof value !== 'object';
  if (type === 'boolean') return typeof value === 'boolean' || text === 'true' || text === 'false';
  if (type === 'integer') return Number.isInteger(value) || /^-?\d+$/.test(text);
  if (type === 'number') return typeof value === 'number' || /^-?[\d.]+$/.test(text);
  throw new Error(`the schemas have a type ${type} that the rehearsal does not know`);
};

const isAllowed = (value: Json, allowed: readonly unknown[]): boolean => allowed.map(String).includes(String(value));
