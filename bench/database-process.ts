/** The embedded database in a process of its own, as DynamoDB's work is not the worker's. */
import { startTable } from '../test/support/dynalite.ts';
import { answerParent } from './child.ts';

const handlers = {
  /** Where it listens; in memory, gone with this process. */
  open: async (): Promise<string> => (await startTable('unused')).endpoint,
};
export type DatabaseCalls = typeof handlers;

answerParent(handlers);
