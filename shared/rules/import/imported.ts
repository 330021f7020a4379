/** What an import came to: rules as an owner would write them, and all that could not be said in our words. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

export type Unmapped = {
  /** Of the rule in the file, from 0. */
  readonly rule: number;
  /** The name that the other system gives it. */
  readonly field: string;
  readonly reason: string;
};

/** A rule of which a part is missing is off: it would do more, or something else, than the owner knew. */
export type Imported = { readonly rules: readonly object[]; readonly unmapped: readonly Unmapped[] };

/** Gathers what one rule of another system means. */
export type Translation = {
  readonly conditions: object[];
  readonly exceptions: object[];
  readonly actions: object[];
  readonly miss: (field: string, reason: string) => void;
};

export type Source = {
  readonly name: string;
  readonly isOn?: boolean;
  readonly more?: object;
  readonly translate: (into: Translation) => void;
};

export const importAll = (sources: readonly Source[]): Imported => {
  if (sources.length > LIMITS.importRulesMax) throw unreadable(`holds more than ${LIMITS.importRulesMax} rules`);
  const unmapped: Unmapped[] = [];
  const rules = sources.flatMap((source, rule): object[] => {
    const into = { conditions: [] as object[], exceptions: [] as object[], actions: [] as object[] };
    let missed = 0;
    const miss = (field: string, reason: string) => {
      missed += 1;
      unmapped.push({ rule, field, reason });
    };
    source.translate({ ...into, miss });
    if (into.actions.length === 0) {
      miss('actions', 'nothing is left for the rule to do');
      return [];
    }
    if (into.conditions.length === 0) miss('conditions', 'nothing says which messages it is for');
    return [
      {
        name: source.name.trim().slice(0, LIMITS.nameCharsMax).toWellFormed() || `Imported ${rule + 1}`,
        mode: missed > 0 || source.isOn === false ? 'off' : 'live',
        conditions: joined('AND', into.conditions),
        ...(into.exceptions.length === 0 ? {} : { exceptions: joined('OR', into.exceptions) }),
        actions: into.actions,
        ...source.more,
      },
    ];
  });
  return { rules, unmapped };
};

/** One condition stands by itself. */
export const joined = (operator: 'AND' | 'OR', conditions: readonly object[]): object => {
  const [only] = conditions;
  return conditions.length > 1 ? { operator, conditions } : (only ?? {});
};

export const unreadable = (what: string): MailyardError =>
  new MailyardError('validation.failed', `the file ${what}`, { fields: [{ pointer: '', detail: what }] });

/** The JSON in a file. Throws `validation.failed`. */
export const parseJson = (text: string): unknown => {
  if (Buffer.byteLength(text) > LIMITS.importBytesMax)
    throw unreadable(`must be at most ${LIMITS.importBytesMax} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('is no JSON');
  }
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
