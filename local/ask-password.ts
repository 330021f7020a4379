/** A password from a file, or from the keyboard without echo. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './options.ts';

/** Its first line. Throws UsageError. */
export const readPasswordFile = (file: string): string => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`--password-file: the file ${file} cannot be read`);
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UsageError(`--password-file: the first line of ${file} is empty`);
  return line;
};

/** Throws UsageError where there is no keyboard. */
export const askPassword = async (prompt: string): Promise<string> => {
  if (!process.stdin.isTTY) throw new UsageError('there is no keyboard to ask for the password; use --password-file');
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
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
