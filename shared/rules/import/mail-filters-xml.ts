/** The properties in Gmail's mailFilters.xml: an Atom feed whose entries hold `<apps:property name='...' value='...'/>`. */

/** One map for each entry, values in their order. Reads what Gmail writes, and of any other text nothing. */
export const readFilterEntries = (xml: string): ReadonlyMap<string, readonly string[]>[] =>
  xml
    .split(/<entry[\s>]/)
    .slice(1)
    .map((entry) => {
      const properties = new Map<string, string[]>();
      for (const [tag] of entry.split('</entry>')[0]?.matchAll(/<apps:property\s[^<>]*>/g) ?? []) {
        const name = attribute(tag, 'name');
        const value = attribute(tag, 'value');
        if (name !== undefined && value !== undefined) properties.set(name, [...(properties.get(name) ?? []), value]);
      }
      return properties;
    })
    .filter((properties) => properties.size > 0);

const attribute = (tag: string, name: string): string | undefined => {
  const match = new RegExp(`\\s${name}=(?:'([^']*)'|"([^"]*)")`).exec(tag);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decodeEntities(value);
};

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
