/** A transcript in a page of the docs: its commands, and what each is to print, with placeholders for what varies. */

export type Step =
  /** What a person types, and the lines that belong to it. */
  { readonly command: string; readonly lines: readonly string[] };

/** The steps of all ```console blocks; lines before the first command of a block stand by themselves, with an empty command. */
export const stepsOf = (markdown: string): Step[] =>
  [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) => {
    const steps: { command: string; lines: string[] }[] = [];
    for (const line of block.split('\n').slice(0, -1)) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), lines: [] });
      else if (steps.length === 0) steps.push({ command: '', lines: [line] });
      else steps.at(-1)?.lines.push(line);
    }
    return steps;
  });

const PLACEHOLDER = /<([a-z][a-z-]*)>/g;
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

/** What was found for a placeholder stands for it from then on; `<time>` is another every time. */
export class Placeholders {
  readonly known: Map<string, string>;
  constructor(known: Readonly<Record<string, string>>) {
    this.known = new Map(Object.entries(known));
  }

  /** Throws where nothing is known yet. */
  fill(text: string): string {
    return text.replace(PLACEHOLDER, (_, name: string) => {
      const value = this.known.get(name);
      if (value === undefined) throw new Error(`nothing is known of <${name}> yet`);
      return value;
    });
  }

  /** Whether a printed line is as written; columns may be wider or narrower. */
  matches(written: string, printed: string): boolean {
    const names: string[] = [];
    const pattern = squeezed(written)
      .split(PLACEHOLDER)
      .map((part, n) => {
        if (n % 2 === 0) return escaped(part);
        if (part === 'time') return TIME;
        const value = this.known.get(part);
        if (value !== undefined) return escaped(value);
        names.push(part);
        return String.raw`(\S+)`;
      })
      .join('');
    const found = new RegExp(`^${pattern}$`).exec(squeezed(printed));
    if (found === null) return false;
    for (const [n, name] of names.entries()) this.known.set(name, found[n + 1] ?? '');
    return true;
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const squeezed = (line: string): string => line.trim().replace(/\s+/g, ' ');
