/** IMAP's stream cut into units: a line with the literals it carries, down to its last CR LF. */

export type Unit = {
  /** latin1 text with its CR LF. */
  readonly text: string;
  /** False for what follows a literal that had to be asked for first: it belongs to the unit before. */
  readonly begins: boolean;
};

/**
 * Takes latin1 text as it comes, gives the units that are complete by now. Where `asks`, as a client does, a line that ends
 * with a literal `{n}` is a unit already, since nothing more comes before the server's `+`.
 */
export const lineReader = ({ asks }: { readonly asks: boolean }) => {
  let rest = '';
  let owed = 0;
  let begins = true;
  return (text: string): Unit[] => {
    rest += text;
    const units: Unit[] = [];
    for (;;) {
      const end = unitEnd(rest, owed, asks);
      if (end === undefined) return units;
      units.push({ text: rest.slice(0, end.at), begins });
      rest = rest.slice(end.at);
      owed = end.owed;
      begins = end.owed === 0;
    }
  };
};

const unitEnd = (text: string, owed: number, asks: boolean): { at: number; owed: number } | undefined => {
  let from = owed;
  for (;;) {
    const end = text.indexOf('\r\n', from);
    if (end < 0) return undefined;
    const [, digits, plus] = /\{(\d+)(\+?)\}$/.exec(text.slice(Math.max(from, end - 16), end)) ?? [];
    if (digits === undefined) return { at: end + 2, owed: 0 };
    if (asks && plus === '') return { at: end + 2, owed: Number(digits) };
    from = end + 2 + Number(digits);
    if (from > text.length) return undefined;
  }
};
