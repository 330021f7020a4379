/** Folder names made of a message's values: whatever a stranger wrote stays one name at one level. */
import { LIMITS } from '../../limits.ts';
import { cutBytes } from '../../mail/cut-bytes.ts';
import type { At } from '../action-kind.ts';
import { quoted } from '../fold.ts';
import { MESSAGE_PLACEHOLDERS, type MessagePlaceholder, replacePlaceholders } from '../template.ts';
import { messageValue } from '../template-values.ts';

/** The path with its values, or why it has none. */
export const fillPath = (path: string, { view, context }: At): { readonly path: string } | string => {
  const empty = new Set<MessagePlaceholder>();
  const filled = replacePlaceholders(path, (written) => {
    const name = MESSAGE_PLACEHOLDERS.find((one) => one === written);
    if (name === undefined) return undefined;
    const value = safeName(messageValue(name, view, context.me));
    if (value === '') empty.add(name);
    return value;
  });
  const missing = MESSAGE_PLACEHOLDERS.find((name) => empty.has(name));
  if (missing === undefined) return { path: filled };
  return `the message has no ${missing} to make the name ${quoted(path)} of`;
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
