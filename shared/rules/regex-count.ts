/** How many regular expressions a condition holds, whatever its kind: they are what costs. */
export const regexCountOf = (name: string, value: unknown): number => {
  const match = name === 'header' && Array.isArray(value) ? value[1] : value;
  if (typeof match !== 'object' || match === null || !('regex' in match)) return 0;
  return Array.isArray(match.regex) ? match.regex.length : match.regex === undefined ? 0 : 1;
};
