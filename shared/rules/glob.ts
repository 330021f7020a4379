/** Wildcards: `*` is any run of characters, `?` is one, `\` takes the next as it is (RFC 5228 section 2.7.1). */

/** A token is a text, or how many single characters any character may stand for; `*` stands between the lists of tokens. */
type Piece = readonly string[];

/** Whether a whole text fits. At most text length x pattern length steps: pieces are found from the left and never given back. */
export const compileGlob = (pattern: string): ((text: string) => boolean) => {
  const pieces = piecesOf(pattern);
  // Without `?` there is nothing to count, and texts need not be cut into characters.
  if (pieces.every((piece) => !piece.includes(ANY))) return compileLiteral(pieces.map((piece) => piece.join('')));
  const [first = [], ...others] = pieces;
  const last = others.pop();
  return (text) => {
    const characters = [...text];
    if (last === undefined) return characters.length === first.length && fits(first, characters, 0);
    if (characters.length < first.length + last.length || !fits(first, characters, 0)) return false;
    const end = characters.length - last.length;
    let at = first.length;
    for (const piece of others) {
      while (at + piece.length <= end && !fits(piece, characters, at)) at += 1;
      if (at + piece.length > end) return false;
      at += piece.length;
    }
    return fits(last, characters, end);
  };
};

const compileLiteral = ([first = '', ...others]: readonly string[]): ((text: string) => boolean) => {
  const last = others.pop();
  return (text) => {
    if (last === undefined) return text === first;
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of others) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
};

/** Stands for any one character. */
const ANY = '';

const fits = (piece: Piece, characters: readonly string[], at: number): boolean => {
  for (let i = 0; i < piece.length; i += 1) if (piece[i] !== ANY && piece[i] !== characters[at + i]) return false;
  return true;
};

const piecesOf = (pattern: string): Piece[] => {
  const pieces: string[][] = [[]];
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === '\\') {
      escaped = true;
      continue;
    }
    if (!escaped && character === '*') pieces.push([]);
    else pieces.at(-1)?.push(!escaped && character === '?' ? ANY : character);
    escaped = false;
  }
  return pieces;
};
