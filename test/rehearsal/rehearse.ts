/** The parts in their order, each only when the one before it went well; what they say goes out as it is known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDeploymentServices } from './aws/deployment-services.ts';
import { deployPart } from './deploy-part.ts';
import { grantsPart } from './grants-part.ts';
import { startGateway } from './host/gateway.ts';
import { linesOf, type Report } from './report.ts';
import { runPart, startMailServer } from './run-part.ts';
import { synthPart } from './synth-part.ts';
import type { Template } from './template/template.ts';

export type RehearsalOptions = {
  readonly plant?: (template: Template) => Template;
  readonly say?: (line: string) => void;
};

/** Whether all went well. */
export const rehearse = async ({ plant, say = console.log }: RehearsalOptions = {}): Promise<boolean> => {
  const startedAt = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'mailyard-rehearsal-'));
  const reports: Report[] = [];
  const told = (report: Report): boolean => {
    reports.push(report);
    for (const line of linesOf(report)) say(line);
    return report.faults.length === 0;
  };
  const ends: (() => Promise<void>)[] = [];
  try {
    const server = await startMailServer();
    ends.push(server.stop);
    const gateway = await startGateway();
    ends.push(gateway.stop);
    // The mail server of the rehearsal is on this machine, which nobody but its operator can allow.
    const context = { allowedNetworks: '127.0.0.0/8', allowedPorts: String(server.port) };
    const { report, synthesised } = synthPart(folder, context, plant);
    if (!told(report) || synthesised === undefined) return false;
    const services = await startDeploymentServices({ sqs: gateway.endpoint });
    ends.push(services.stop);
    const deployment = await deployPart({ services, folder, synthesised, context, isPlanted: plant !== undefined });
    const { stack } = deployment;
    if (!told(deployment.report) || stack === undefined) return false;
    const { report: run, ledger } = await runPart({ stack, services, gateway, folder, server });
    const hasRun = told(run);
    // Told also where the run failed: a call that was refused may be why.
    return ledger !== undefined && told(grantsPart(ledger)) && hasRun;
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
    say(`in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
};
