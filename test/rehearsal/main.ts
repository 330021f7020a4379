/**
 * `npm run rehearse`: the deployment, played through on this machine without an AWS account or a network. Exits 1 at any failure.
 */
import { rehearse } from './rehearse.ts';

process.exitCode = (await rehearse()) ? 0 : 1;
