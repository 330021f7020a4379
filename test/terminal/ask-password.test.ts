import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readPasswordFile } from '../../shared/terminal/ask-password.ts';
import { UsageError } from '../../shared/terminal/usage-error.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const MODULE = pathToFileURL(resolve(import.meta.dirname, '../../shared/terminal/ask-password.ts')).href;

test('without a keyboard nothing is asked and a sentence says what to do', async () => {
  const code = `import { askPassword } from '${MODULE}';
    try { await askPassword('Password: '); } catch (error) { console.log(error.constructor.name + ': ' + error.message); }`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  assert.equal(stdout, 'UsageError: there is no keyboard to ask for the password; use --password-file\n');
  assert.equal(stderr, '');
});

const FILES = [
  ['secret', 'secret'],
  ['secret\n', 'secret'],
  ['secret\r\nand a note\r\n', 'secret'],
  [' with spaces \n', ' with spaces '],
  ['grün \\ "quoted"\n', 'grün \\ "quoted"'],
] as const;

for (const [text, password] of FILES) {
  test(`the password is the first line of ${JSON.stringify(text)}`, async (t) => {
    const file = join(await temporaryFolder(t), 'password');
    await writeFile(file, text);
    assert.equal(readPasswordFile(file), password);
  });
}

test('a file that is missing or begins with an empty line is told by its name', async (t) => {
  const file = join(await temporaryFolder(t), 'password');
  const said = (words: string) => (error: unknown) => error instanceof UsageError && error.message === words;
  assert.throws(() => readPasswordFile(file), said(`--password-file: the file ${file} cannot be read`));
  for (const text of ['', '\nsecret\n']) {
    await writeFile(file, text);
    assert.throws(() => readPasswordFile(file), said(`--password-file: the first line of ${file} is empty`));
  }
});
