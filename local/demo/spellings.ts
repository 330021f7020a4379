/** Flags are case-insensitive (RFC 9051 section 2.3.2) and keep the spelling that came first. */
export const spellings = (known: Iterable<string>): ((flag: string) => string) => {
  const kept = new Map<string, string>();
  const spell = (flag: string): string => {
    const key = flag.toLowerCase();
    const first = kept.get(key);
    if (first === undefined) kept.set(key, flag);
    return first ?? flag;
  };
  for (const flag of known) spell(flag);
  return spell;
};
