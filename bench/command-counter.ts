/** Counts the commands in what an IMAP client sends (RFC 9051 section 2.2.1): tagged lines, literals skipped. */

export type CommandCounter = { readonly add: (bytes: Uint8Array) => void };

const COMMAND = /^[^\s+*]+ ((?:UID )?[A-Za-z]+)/i;
const LITERAL = /\{(\d+)\+?\}$/;

/** For one connection. `onCommand` is told the name, of UID commands with their second word. */
export const commandCounter = (onCommand: (name: string) => void): CommandCounter => {
  let line = '';
  let literalLeft = 0;
  let continued = false;
  const endLine = (): void => {
    const name = continued ? undefined : COMMAND.exec(line)?.[1]?.toUpperCase();
    if (name !== undefined) onCommand(name);
    literalLeft = Number(LITERAL.exec(line)?.[1] ?? 0);
    continued = LITERAL.test(line);
    line = '';
  };
  return {
    add: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      let at = 0;
      while (at < text.length) {
        const skipped = Math.min(literalLeft, text.length - at);
        literalLeft -= skipped;
        at += skipped;
        if (literalLeft > 0) return;
        const end = text.indexOf('\n', at);
        line += text.slice(at, end === -1 ? undefined : end);
        if (end === -1) return;
        line = line.replace(/\r$/, '');
        endLine();
        at = end + 1;
      }
    },
  };
};
