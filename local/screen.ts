/** What the terminal shows, line by line as it happens. Colours only where the terminal has them (NO_COLOR is heeded). */
import { styleText } from 'node:util';
import type { Log } from '../shared/service/deps.ts';
import type { Narration } from '../shared/service/mailbox-deps.ts';
import { cut } from '../shared/terminal/plain.ts';

type Style = Parameters<typeof styleText>[0];

export type Screen = {
  readonly say: (line?: string) => void;
  readonly title: (line: string) => void;
  readonly faint: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly narrate: (line: Narration) => void;
};

export const terminalScreen = (stream: NodeJS.WriteStream, now: () => Date): Screen => {
  const write = (style: Style | undefined, line: string) => {
    stream.write(`${style === undefined ? line : styleText(style, line, { stream })}\n`);
  };
  return {
    say: (line = '') => write(undefined, line),
    title: (line) => write('bold', line),
    faint: (line) => write('dim', line),
    warn: (line) => write('yellow', line),
    narrate: ({ subject, from, ruleName, what, why }) => {
      const time = styleText('dim', now().toTimeString().slice(0, 8), { stream });
      const done = styleText('green', cut(what, 44), { stream });
      const reason = styleText('dim', `${cut(ruleName, 40)}${why === '' ? '' : `: ${cut(why, 90)}`}`, { stream });
      const sender = from === '' ? '' : ` (${cut(from, 40)})`;
      stream.write(`${time}  “${cut(subject === '' ? 'no subject' : subject, 60)}”${sender}\n`);
      stream.write(`          ${done}  ${reason}\n`);
    },
  };
};

/** Warnings and errors in one line each; what goes well the narration tells. */
export const screenLog = (screen: Screen): Log => {
  const line = (event: string, fields: object = {}) =>
    [event, ...Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`)].join(' ');
  return {
    info: () => undefined,
    warn: (event, fields) => screen.faint(line(event, fields)),
    error: (event, fields, cause) => {
      screen.warn(line(event, fields));
      // Where it happened, not what was said: a message may quote mail, over several lines.
      const frames = cause instanceof Error ? (cause.stack ?? '').split('\n').filter((one) => /^\s+at /.test(one)) : [];
      if (frames.length > 0) screen.faint(frames.slice(0, 5).join('\n'));
    },
  };
};
