/** Part 1: the stack is synthesised, in every shape that settings give it, and its templates are held against all that is known of them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from '../../infra/app.ts';
import { EXCEPTIONS } from '../../infra/policy-checks.ts';
import type { Report } from './report.ts';
import { findBrokenPromises } from './template/find-broken-promises.ts';
import { findSchemaFaults } from './template/find-schema-faults.ts';
import { readTemplate, type Template } from './template/template.ts';

export type Context = Readonly<Record<string, string>>;

/** Other shapes of the stack than the one that is deployed here; what differs is the template, so that nothing is bundled for them. */
export const OTHER_SHAPES: readonly Context[] = [
  {},
  {
    stage: 'dev',
    owner: 'you@example.test',
    alarmEmail: 'ops@example.test',
    ruleExample: 'true',
    fixedEgressIp: 'true',
  },
  {
    issuer: 'https://login.example.test/',
    audience: 'mailyard',
    tenantClaim: 'org',
    backupDays: '90',
    ruleFunctions: JSON.stringify({ 'is-urgent': 'arn:aws:lambda:eu-central-1:123456789012:function:is-urgent' }),
  },
];

/** What the command line has an app write besides: it is in the template, so that it has to be in this one, too. */
const AS_COMMAND_LINE = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

export type Synthesised = { readonly assembly: string; readonly templateFile: string; readonly template: Template };

export const synthesise = (assembly: string, context: Context, isBundled: boolean): Synthesised | readonly string[] => {
  const app = buildApp({
    outdir: assembly,
    context: { ...AS_COMMAND_LINE, ...context, ...(isBundled ? {} : { 'aws:cdk:bundling-stacks': [] }) },
  });
  try {
    const [stack] = app.synth().stacks;
    if (stack === undefined) return ['there is no stack'];
    return { assembly, templateFile: stack.templateFullPath, template: readTemplate(stack.templateFullPath) };
  } catch (error) {
    return [...findingsIn(path.join(assembly, 'validation-report.json')), String(error).split('\n')[0] ?? ''];
  }
};

/** What cdk-nag found, by rule. */
const findingsIn = (file: string): string[] =>
  existsSync(file)
    ? [...new Set(readFileSync(file, 'utf8').match(/(AwsSolutions|Serverless)-[A-Z][A-Za-z0-9]*/g) ?? [])].map(
        (rule) => `cdk-nag: ${rule}`,
      )
    : [];

/** Judges a template that was synthesised. */
export const judge = (template: Template): { faults: string[]; values: number; held: number } => {
  const { faults: wrong, values } = findSchemaFaults(template);
  const { faults: broken, held } = findBrokenPromises(template);
  return { faults: [...wrong, ...broken], values, held };
};

/** `plant` changes the template that is deployed, to see it found. */
export const synthPart = (
  folder: string,
  context: Context,
  plant: (template: Template) => Template = (template) => template,
): { report: Report; synthesised: Synthesised | undefined } => {
  const shapes = OTHER_SHAPES.map((other, i) => synthesise(path.join(folder, `shape-${i}`), other, false));
  const main = synthesise(path.join(folder, 'assembly'), context, true);
  const faults: string[] = [];
  const counts = { templates: 0, resources: 0, values: 0, promises: 0 };
  let synthesised: Synthesised | undefined;
  for (const one of [main, ...shapes]) {
    if (!('template' in one)) {
      faults.push(...one);
      continue;
    }
    const template = one === main ? plant(one.template) : one.template;
    if (one === main) {
      if (template !== one.template) writeFileSync(one.templateFile, JSON.stringify(template, null, 1));
      synthesised = { ...one, template };
    }
    const judged = judge(template);
    faults.push(...judged.faults);
    counts.templates += 1;
    counts.resources += Object.keys(template.Resources).length;
    counts.values += judged.values;
    counts.promises += judged.held;
  }
  const { templates, resources, values, promises } = counts;
  return {
    report: {
      title: '1 synth',
      counts: {
        templates,
        resources,
        'values held against their schemas': values,
        'promises kept': promises,
        'reasoned exceptions to cdk-nag': EXCEPTIONS.length,
      },
      faults,
    },
    synthesised,
  };
};
