/** What every function costs at least: the runtime client, and a handler that does nothing. */
export const handler = async (): Promise<string> => 'done';
