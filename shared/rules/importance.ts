/** What a sender says of a message's importance and sensitivity. */
import { headerValues, type MessageFacts } from '../mail/message.ts';

type Facts = Pick<MessageFacts, 'headers'>;

export const IMPORTANCES = ['low', 'normal', 'high'] as const;
export type Importance = (typeof IMPORTANCES)[number];

/** Importance and Priority: RFC 4021 sections 2.1.54 and 2.1.52; the X- fields are what mailers really write. */
export const IMPORTANCE_HEADERS: readonly string[] = ['importance', 'x-priority', 'x-msmail-priority', 'priority'];

/** The first field that says something that is understood. */
export const importanceOf = (facts: Facts): Importance => {
  for (const name of IMPORTANCE_HEADERS) {
    const [value] = headerValues(facts, name);
    if (value === undefined) continue;
    const word = /^[a-z0-9-]+/.exec(value.trim().toLowerCase())?.[0] ?? '';
    const said = IMPORTANCE_WORDS.get(word);
    if (said !== undefined) return said;
  }
  return 'normal';
};

const IMPORTANCE_WORDS: ReadonlyMap<string, Importance> = new Map([
  ['high', 'high'],
  ['urgent', 'high'],
  ['1', 'high'],
  ['2', 'high'],
  ['normal', 'normal'],
  ['3', 'normal'],
  ['low', 'low'],
  ['non-urgent', 'low'],
  ['4', 'low'],
  ['5', 'low'],
]);

export const SENSITIVITIES = ['normal', 'personal', 'private', 'confidential'] as const;

export const sensitivityOf = (facts: Facts): (typeof SENSITIVITIES)[number] => {
  const word = (headerValues(facts, 'sensitivity')[0] ?? '').trim().toLowerCase().replace('company-', '');
  return SENSITIVITIES.find((one) => one === word) ?? 'normal';
};
