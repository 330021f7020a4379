/** Gmail's search words, as far as they mean the same in ours; a query that holds anything else is not translated at all. */
import { LIMITS } from '../../limits.ts';
import { joined } from './imported.ts';

/** The condition, or why there is none. A bare word is looked for under each of `names`. */
export const translateQuery = (query: string, names: readonly string[]): object | string => {
  const tokens = query.match(/"[^"]*"|[(){}|]|[^\s(){}|"]+(?:"[^"]*")?/g) ?? [];
  if (tokens.length === 0) return 'nothing is looked for';
  if (tokens.length > LIMITS.textsPerConditionMax) return `holds more than ${LIMITS.textsPerConditionMax} words`;
  const parser = { tokens, at: 0 };
  const found = alternatives(parser, names, 0);
  if (found === undefined || parser.at < tokens.length) return `"${query.slice(0, 80)}" has no counterpart here`;
  return found;
};

type Parser = { readonly tokens: readonly string[]; at: number };

const alternatives = (parser: Parser, names: readonly string[], depth: number): object | undefined => {
  const found: object[] = [];
  do {
    const words: object[] = [];
    for (
      let token = parser.tokens[parser.at];
      token !== undefined && !ENDS.includes(token);
      token = parser.tokens[parser.at]
    ) {
      const one = factor(parser, names, depth);
      if (one === undefined) return undefined;
      words.push(one);
    }
    if (words.length === 0) return undefined;
    found.push(joined('AND', words));
  } while (isOr(parser));
  return joined('OR', found);
};

const ENDS = [')', '}', 'OR', '|'];

const isOr = (parser: Parser): boolean => {
  const token = parser.tokens[parser.at];
  if (token !== 'OR' && token !== '|') return false;
  parser.at += 1;
  return true;
};

const factor = (parser: Parser, names: readonly string[], depth: number): object | undefined => {
  const token = parser.tokens[parser.at] ?? '';
  parser.at += 1;
  // Each level makes two of ours at most.
  if (token === '(' || token === '{') {
    if (depth >= 2) return undefined;
    const inner = token === '(' ? alternatives(parser, names, depth + 1) : braces(parser, names, depth + 1);
    const closes = parser.tokens[parser.at] === (token === '(' ? ')' : '}');
    parser.at += 1;
    return closes ? inner : undefined;
  }
  if (token.startsWith('-') && token.length > 1) {
    const positive = term(token.slice(1), names);
    return positive === undefined ? undefined : { operator: 'NOT', conditions: [positive] };
  }
  return term(token, names);
};

/** `{a b}` is a or b. */
const braces = (parser: Parser, names: readonly string[], depth: number): object | undefined => {
  const found: object[] = [];
  for (let token = parser.tokens[parser.at]; token !== undefined && token !== '}'; token = parser.tokens[parser.at]) {
    const one = factor(parser, names, depth);
    if (one === undefined) return undefined;
    found.push(one);
  }
  return found.length === 0 ? undefined : joined('OR', found);
};

const term = (token: string, names: readonly string[]): object | undefined => {
  const [, operator, value] = /^([a-z_]+):(.+)$/i.exec(token) ?? [];
  if (operator === undefined || value === undefined) return lookFor(token, names);
  const text = unquoted(value);
  if (text === '') return undefined;
  switch (operator.toLowerCase()) {
    case 'from':
      return { from: text };
    case 'to':
      return joined(
        'OR',
        ['to', 'cc', 'bcc'].map((name) => ({ [name]: text })),
      );
    case 'cc':
      return { cc: text };
    case 'bcc':
      return { bcc: text };
    case 'subject':
      return { subject: text };
    case 'list':
      return { listId: text };
    case 'deliveredto':
      return { envelopeTo: { is: text } };
    case 'filename':
      return { attachmentName: text };
    case 'has':
      return text === 'attachment' ? { hasAttachment: true } : undefined;
    case 'larger':
    case 'size':
      return sized(text, (bytes) => ({ minSize: bytes + 1 }));
    case 'smaller':
      return sized(text, (bytes) => ({ maxSize: bytes }));
    default:
      return undefined;
  }
};

const lookFor = (token: string, names: readonly string[]): object | undefined => {
  const text = unquoted(token);
  // Signs mean something to Gmail that a text to look for cannot.
  if (text === '' || /^[-+*~]|\*$|^AND$|^AROUND$/.test(text)) return undefined;
  return joined(
    'OR',
    names.map((name) => ({ [name]: text })),
  );
};

const unquoted = (text: string): string => text.replace(/^"|"$/g, '').trim();

const sized = (text: string, make: (bytes: number) => object): object | undefined => {
  const [, count, unit = ''] = /^(\d{1,12})([kmg]?)b?$/i.exec(text) ?? [];
  if (count === undefined) return undefined;
  return make(Number(count) * (SIZE[unit.toLowerCase()] ?? 1));
};

const SIZE: Readonly<Record<string, number>> = { k: 1_024, m: 1_048_576, g: 1_073_741_824 };
