/** Logic-less templates: `{{name}}` is replaced by a value, once, as text. There is nothing else to them. */

/** Of a message alone: what the name of a folder may hold. */
export const MESSAGE_PLACEHOLDERS = [
  'sender.name',
  'sender.address',
  'sender.domain',
  'subject',
  'listId',
  'subaddress',
  'received.year',
  'received.month',
  'received.day',
] as const;

/** What a draft's text and subject may hold. */
export const PLACEHOLDERS = [...MESSAGE_PLACEHOLDERS, 'date', 'account.address'] as const;

export type MessagePlaceholder = (typeof MESSAGE_PLACEHOLDERS)[number];
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type TemplateValues<Name extends string = Placeholder> = Readonly<Record<Name, string>>;

/** The names in a template that are none of `known`, without repeats. */
export const unknownPlaceholders = (template: string, known: readonly string[] = PLACEHOLDERS): string[] => {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
  return [...new Set(names.filter((name) => !known.includes(name)))];
};

/** What is wrong with a template, and which names it may hold; undefined when it can be filled. */
export const templateProblem = (template: string, known: readonly string[]): string | undefined => {
  const unknown = unknownPlaceholders(template, known);
  if (unknown.length === 0) return undefined;
  return `holds ${written(unknown).slice(0, 200)}; known are ${written(known)}`;
};

/** What a value itself holds is never read as a template; an unknown placeholder stays as it is written. */
export const fillTemplate = (template: string, values: Readonly<Record<string, string>>): string =>
  replacePlaceholders(template, (name) => (Object.hasOwn(values, name) ? values[name] : undefined));

/** The same with values that are made as they are asked for. */
export const replacePlaceholders = (template: string, valueFor: (name: string) => string | undefined): string =>
  template.replace(PLACEHOLDER, (whole, name: string) => valueFor(name.trim()) ?? whole);

export const hasPlaceholders = (template: string): boolean => template.search(PLACEHOLDER) >= 0;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

const written = (names: readonly string[]): string => names.map((name) => `{{${name}}}`).join(', ');
