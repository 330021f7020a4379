/** `npm run synth`: writes the CloudFormation template and the bundles to cdk.out, without network, and says what they hold. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './app.ts';
import { ROOT } from './bundling.ts';

const main = (): void => {
  const outdir = path.join(ROOT, 'cdk.out');
  const startedAt = Date.now();
  const assembly = buildApp({ outdir }).synth();
  for (const stack of assembly.stacks) {
    const template = readFileSync(stack.templateFullPath, 'utf8');
    console.log(`${stack.stackName}: ${count(template)} resources, ${path.relative(ROOT, stack.templateFullPath)}`);
    for (const { name, kb } of bundles(template, outdir)) console.log(`  ${name.padEnd(10)} ${kb.padStart(6)} KB`);
  }
  console.log(`in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
};

type Template = {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { readonly Code?: { readonly S3Key?: string } } }>
  >;
};

const parse = (template: string): Template => JSON.parse(template);

const count = (template: string): number => Object.keys(parse(template).Resources).length;

/** Each function by its logical name without the hash; its bundle is the asset folder whose hash its code names. */
const bundles = (template: string, outdir: string): { name: string; kb: string }[] =>
  Object.entries(parse(template).Resources)
    .filter(([, resource]) => resource.Type === 'AWS::Lambda::Function')
    .map(([id, resource]) => {
      const folder = path.join(outdir, `asset.${resource.Properties?.Code?.S3Key?.replace(/\.zip$/, '')}`);
      const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
      return { name: id.replace(/[0-9A-F]{8}$/, '').toLowerCase(), kb: Math.round(bytes / 1024).toLocaleString('en') };
    });

main();
