/** Items of the table as JSON that can be read and compared: bytes and sets are marked as what they are. */
export type Item = Readonly<Record<string, unknown>>;

export const toJson = (items: readonly Item[]): string =>
  `${JSON.stringify(
    items,
    (_key, value: unknown) => {
      if (value instanceof Set) return { $set: [...value] };
      if (isBytes(value)) return { $bytes: Buffer.from(value).toString('base64') };
      return value;
    },
    1,
  )}\n`;

export const fromJson = (text: string): Item[] =>
  JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$set' in value) return new Set(value.$set as string[]);
    return '$bytes' in value ? Buffer.from(String(value.$bytes), 'base64') : value;
  });

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array && !Buffer.isBuffer(value);
