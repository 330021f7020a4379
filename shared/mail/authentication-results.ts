/** What a server found on checking a message: Authentication-Results (RFC 8601). */

/** The results of one method in the topmost field that a trusted server wrote; ids in lower case. */
export const authenticationResults = (
  fields: readonly string[],
  trusted: ReadonlySet<string>,
  method: string,
): string[] => {
  for (const field of fields) {
    const [server = '', ...results] = withoutComments(field).split(';');
    const id = server.trim().split(/\s+/)[0] ?? '';
    if (!trusted.has(id.replace(/^"(.*)"$/, '$1').toLowerCase())) continue;
    return results.flatMap((result) => {
      const match = /^\s*([a-z0-9-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i.exec(result);
      return match?.[1]?.toLowerCase() === method && match[2] !== undefined ? [match[2].toLowerCase()] : [];
    });
  }
  return [];
};

/** Comments may nest and hold anything (RFC 5322 section 3.2.2), a quoted string may hold what looks like one. */
const withoutComments = (field: string): string => {
  let plain = '';
  let depth = 0;
  let inQuotes = false;
  for (let i = 0; i < field.length; i += 1) {
    const character = field[i] ?? '';
    if (character === '\\' && (inQuotes || depth > 0)) {
      if (depth === 0) plain += character + (field[i + 1] ?? '');
      i += 1;
    } else if (inQuotes || (character === '"' && depth === 0)) {
      if (character === '"') inQuotes = !inQuotes;
      // A semicolon in quotes ends no result.
      plain += character === ';' ? ' ' : character;
    } else if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0) plain += character;
  }
  return plain;
};
