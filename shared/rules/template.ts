/** Logic-less templates: `{{name}}` is replaced by a value, once, as text. There is nothing else to them. */

export const PLACEHOLDERS = ['sender.name', 'sender.address', 'subject', 'date', 'account.address'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type TemplateValues = Readonly<Record<Placeholder, string>>;

/** The names in a template that are no placeholder, without repeats. */
export const unknownPlaceholders = (template: string): string[] => {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
  return [...new Set(names.filter((name) => !isPlaceholder(name)))];
};

/** What a value itself holds is never read as a template; an unknown placeholder stays as it is written. */
export const fillTemplate = (template: string, values: TemplateValues): string =>
  template.replace(PLACEHOLDER, (written, name: string) => {
    const known = name.trim();
    return isPlaceholder(known) ? values[known] : written;
  });

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

const isPlaceholder = (name: string): name is Placeholder => (PLACEHOLDERS as readonly string[]).includes(name);
