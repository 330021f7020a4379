/** A password from a file, or from the keyboard without echo. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './usage-error.ts';

const STDIN = 0;

/** Its first line; `-` stands for the standard input. `option` is what the file was given by. Throws UsageError. */
export const readPasswordFile = (file: string, option = '--password-file'): string => {
  let text: string;
  try {
    text = readFileSync(file === '-' ? STDIN : file, 'utf8');
  } catch {
    throw new UsageError(`${option}: the file ${file} cannot be read`);
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UsageError(`${option}: the first line of ${file} is empty`);
  return line;
};

/** `option` is what it can be given by in place of the keyboard. Throws UsageError where there is none. */
export const askPassword = async (prompt: string, option = '--password-file'): Promise<string> => {
  if (!process.stdin.isTTY) throw new UsageError(`there is no keyboard to ask for the password; use ${option}`);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now does the terminal echo nothing: whoever answers the prompt at once is not to see it.
  process.stderr.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new UsageError('no password was given')));
      lines.once('close', () => reject(new UsageError('no password was given')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};
