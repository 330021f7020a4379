/** Differences between rules, as lines that a person reads before saying yes. */
import { plain } from '../shared/terminal/plain.ts';

type Change = { readonly pointer: string; readonly before?: unknown; readonly after?: unknown };
type Named = { readonly name: string };
export type Difference = {
  readonly created: readonly Named[];
  readonly changed: readonly (Named & { readonly changes: readonly Change[] })[];
  readonly removed: readonly Named[];
  readonly unchanged: readonly Named[];
  readonly unmapped?: readonly { readonly rule: number; readonly field: string; readonly reason: string }[];
};

const VALUE_CHARS = 300;

export const changeText = ({ pointer, before, after }: Change): string =>
  plain(`${pointer === '' ? '/' : pointer}: ${valueText(before)} -> ${valueText(after)}`);

const valueText = (value: unknown): string => {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARS ? text : `${text.slice(0, VALUE_CHARS)}…`;
};

export const isEmpty = ({ created, changed, removed }: Difference): boolean =>
  created.length + changed.length + removed.length === 0;

/** `+` comes, `~` changes, `-` goes. */
export const differenceLines = (difference: Difference): string[] => {
  const { created, changed, removed, unchanged, unmapped = [] } = difference;
  return [
    ...created.map(({ name }) => `+ ${plain(name)}`),
    ...changed.flatMap(({ name, changes }) => [
      `~ ${plain(name)}`,
      ...changes.map((change) => `    ${changeText(change)}`),
    ]),
    ...removed.map(({ name }) => `- ${plain(name)}`),
    ...unmapped.map(
      ({ rule, field, reason }) => `! rule ${rule + 1}, ${plain(field)}: ${plain(reason)} (imported as off)`,
    ),
    ...(unchanged.length === 0
      ? []
      : [
          `${unchanged.length} stay${unchanged.length === 1 ? 's' : ''} as ${unchanged.length === 1 ? 'it is' : 'they are'}`,
        ]),
  ];
};
