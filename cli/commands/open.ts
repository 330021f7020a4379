/** `open`: the API's own page. */
import type { Command } from 'commander';
import { acting } from '../context.ts';

export const addOpenCommand = (program: Command): void => {
  program
    .command('open')
    .description('show the documentation of the API in the browser, and its address')
    .action(
      acting(async ({ url, terminal, json, browse }) => {
        const address = `${url()}/docs`;
        if (json) return terminal.json({ url: address });
        terminal.say(address);
        await browse(address);
      }),
    );
};
