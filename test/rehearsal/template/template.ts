/** A CloudFormation template as it lies in the assembly, and where to find things in it. */
import { readFileSync } from 'node:fs';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Resource = {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: Json };
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
};

export const parseTemplate = (text: string): Template => JSON.parse(text);
export const readTemplate = (file: string): Template => parseTemplate(readFileSync(file, 'utf8'));

export const ofType = (template: Template, type: string): [id: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** A logical id as it was written in infra/: CDK adds eight characters of a hash. */
export const plainId = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

export const isRecord = (value: unknown): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
