/** A message's facts made comparable, each at most once however many rules ask. */
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { FunctionAnswer, MessageHistory } from './context.ts';
import { fold } from './fold.ts';
import { type FunctionCall, questionKey } from './function-call.ts';
import { type Person, peopleIn, spellings } from './people.ts';
import { once, plain, type Texts, textsOf } from './texts.ts';

export type FactView = {
  readonly facts: MessageFacts;
  readonly history: MessageHistory;
  /** The values of a header, by its name in lower case. */
  readonly header: (name: string) => Texts;
  /** Names and addresses in an address header. */
  readonly people: (name: string) => Texts;
  /** The same, one by one; groups are flattened, at most `peopleReadMax`. */
  readonly persons: (name: string) => readonly Person[];
  /** The readable text; undefined when it was not read. */
  readonly body: () => Texts | undefined;
  /** A function's answer; where there is none, the question is noted. */
  readonly ask: (call: FunctionCall) => FunctionAnswer | undefined;
  /** Questions without an answer, by their key. */
  readonly questions: ReadonlyMap<string, FunctionCall>;
};

export const viewFacts = (facts: MessageFacts, history: MessageHistory = {}): FactView => {
  const headers = new Map<string, Texts>();
  const people = new Map<string, Texts>();
  const persons = new Map<string, readonly Person[]>();
  const personsOf = (name: string) => remember(persons, name, () => peopleIn(headerValues(facts, name)));
  const questions = new Map<string, FunctionCall>();
  const body = facts.bodyText === undefined ? undefined : textsOf(once(() => [facts.bodyText ?? '']));
  return {
    facts,
    history,
    header: (name) => remember(headers, name, () => textsOf(() => headerValues(facts, name))),
    people: (name) =>
      remember(people, name, () =>
        peopleTexts(
          () => headerValues(facts, name),
          () => personsOf(name),
        ),
      ),
    persons: personsOf,
    body: () => body,
    questions,
    ask: (call) => {
      const key = questionKey(call);
      const answer = history.answers?.get(key);
      if (answer === undefined) questions.set(key, call);
      return answer;
    },
  };
};

const peopleTexts = (values: () => readonly string[], persons: () => readonly Person[]): Texts => ({
  loose: once(() => values().flatMap(spellings)),
  whole: once(() => persons().flatMap(({ name, forms }) => [...forms, ...(name === undefined ? [] : [fold(name)])])),
  plain: once(() =>
    persons().flatMap(({ name, written }) => [plain(written), ...(name === undefined ? [] : [plain(name)])]),
  ),
});

const remember = <T>(kept: Map<string, T>, name: string, make: () => T): T => {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = make();
  kept.set(name, made);
  return made;
};
