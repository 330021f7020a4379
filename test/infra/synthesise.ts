/** The stack as a template, for tests that look into it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MailyardStack } from '../../infra/stack.ts';

/** Without running esbuild: what is asserted here is the template. */
export const appWith = (context: Record<string, unknown> = {}): { app: App; stack: MailyardStack } => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'mailyard-synth-'));
  after(() => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [], ...context } });
  return { app, stack: new MailyardStack(app, 'Mailyard') };
};

export const templateWith = (context?: Record<string, unknown>): Template => Template.fromStack(appWith(context).stack);
