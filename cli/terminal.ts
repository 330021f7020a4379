/** What the person sees and is asked: tables and words on stdout, questions and progress on stderr. Colours heed NO_COLOR. */
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import cliProgress from 'cli-progress';
import Table from 'cli-table3';
import { plain } from '../shared/terminal/plain.ts';
import { EXIT } from './exit-codes.ts';
import { Failure } from './failure.ts';

type Style = Parameters<typeof styleText>[0];

export type Progress = {
  readonly update: (done: number, total: number, more?: { perSecond?: number; secondsLeft?: number }) => void;
  readonly stop: () => void;
};

export type Terminal = {
  readonly say: (line?: string) => void;
  /** To stderr: what is no part of the answer. */
  readonly hint: (line: string) => void;
  readonly json: (value: unknown) => void;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void;
  readonly styled: (style: Style, text: string) => string;
  readonly isInteractive: boolean;
  /** Throws Failure where there is nobody to ask; `option` says yes in their place. */
  readonly confirm: (question: string, option: string) => Promise<boolean>;
  readonly ask: (question: string, option: string) => Promise<string>;
  readonly progress: (unit: string) => Progress;
};

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

export const terminalOn = (
  stdin: NodeJS.ReadStream = process.stdin,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Terminal => {
  const styled = (style: Style, text: string): string => styleText(style, text, { stream: stdout });
  const isInteractive = stdin.isTTY === true && stderr.isTTY === true;
  const ask = async (question: string, option: string): Promise<string> => {
    if (!isInteractive) throw new Failure(EXIT.usage, 'there is nobody to ask here', `Give ${option}.`);
    const lines = createInterface({ input: stdin, output: stderr });
    const closed = new Promise<never>((_, reject) => {
      lines.once('SIGINT', () => reject(new Failure(EXIT.interrupted, 'interrupted')));
      lines.once('close', () => reject(new Failure(EXIT.failed, 'nothing was answered')));
    });
    try {
      return (await Promise.race([lines.question(question), closed])).trim();
    } finally {
      lines.close();
    }
  };
  return {
    say: (line = '') => void stdout.write(`${line}\n`),
    hint: (line) => void stderr.write(`${line}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    table: (head, rows) =>
      void stdout.write(
        `${tableText(
          head.map((word) => styled('bold', word)),
          rows,
        )}\n`,
      ),
    styled,
    isInteractive,
    ask,
    confirm: async (question, option) => /^y(es)?$/i.test(await ask(`${question} [y/N] `, option)),
    progress: (unit) => progressOn(stderr, unit),
  };
};

/** Columns two blanks apart, without lines around them. */
export const tableText = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const row of rows) table.push(row.map(plain));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};

/** Drawn only where somebody looks at it. */
const progressOn = (stream: NodeJS.WriteStream, unit: string): Progress => {
  if (stream.isTTY !== true) return { update: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar({
    stream,
    format: `{bar} {percentage}% | {value} of {total} ${unit} | {rate} | {left}`,
    hideCursor: true,
    etaBuffer: 50,
  });
  let started = false;
  return {
    update: (done, total, { perSecond, secondsLeft } = {}) => {
      const payload = {
        rate: perSecond === undefined ? '- a second' : `${Math.round(perSecond)} a second`,
        left: secondsLeft === undefined ? 'time left unknown' : `${durationText(secondsLeft)} left`,
      };
      if (started) bar.setTotal(total);
      else bar.start(total, done, payload);
      started = true;
      bar.update(done, payload);
    },
    stop: () => bar.stop(),
  };
};

export const durationText = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
};

/** In the zone of this machine, to the second. */
export const timeText = (iso: string | undefined): string => {
  if (iso === undefined) return '-';
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};
