/** One line for the person; stdout stays free for what the command itself prints. */
export const say = (line) => process.stderr.write(`mailyard: ${line}\n`);

export const fail = (line) => {
  say(line);
  process.exit(1);
};
