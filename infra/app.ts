/** The CDK app: `cdk deploy` runs this file; infra/synth.ts runs it without the CLI. */
import { App, type AppProps } from 'aws-cdk-lib';
import { addPolicyChecks } from './policy-checks.ts';
import { MailyardStack } from './stack.ts';

export const buildApp = (props: AppProps = {}): App => {
  const app = new App({ analyticsReporting: false, ...props });
  const stage: unknown = app.node.tryGetContext('stage');
  const stack = new MailyardStack(app, typeof stage === 'string' ? `Mailyard-${stage}` : 'Mailyard');
  addPolicyChecks(app, stack);
  return app;
};

if (import.meta.main) buildApp().synth();
