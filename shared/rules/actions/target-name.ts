/** Folder names made of a message's values: whatever a stranger wrote stays one name at one level. */
import { LIMITS } from '../../limits.ts';
import { cutBytes } from '../../mail/cut-bytes.ts';
import type { At } from '../action-kind.ts';
import { quoted } from '../fold.ts';
import { fillTemplate, hasPlaceholders } from '../template.ts';
import { messageValues } from '../template-values.ts';

/** The path with its values, or why it has none. */
export const fillPath = (path: string, { view, context }: At): { readonly path: string } | string => {
  if (!hasPlaceholders(path)) return { path };
  const values = Object.entries(messageValues(view.facts, context.me)).map(
    ([name, value]) => [name, safeName(value)] as const,
  );
  const empty = values.find(([name, value]) => value === '' && fillTemplate(path, { [name]: '' }) !== path);
  if (empty !== undefined) return `the message has no ${empty[0]} to make the name ${quoted(path)} of`;
  return { path: fillTemplate(path, Object.fromEntries(values)) };
};

/**
 * `/` `\` and `.` separate levels somewhere, `*` and `%` are wildcards, `~` `#` and `&` mean something to servers at the
 * beginning of a name; all become `-`. At most `templateValueBytesMax` bytes.
 */
export const safeName = (value: string): string => {
  const name = value
    .slice(0, 4 * LIMITS.templateValueBytesMax)
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Z}]+/gu, ' ')
    .replace(/[/\\.*%"<>|:~#&]+/g, '-')
    .replace(/^[\s-]+|[\s-]+$/g, '');
  return cutBytes(name, LIMITS.templateValueBytesMax).replace(/[\s-]+$/, '');
};
