/** A message's facts made comparable, each at most once however many rules ask. */
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { FunctionAnswer, MessageHistory } from './context.ts';
import { type FunctionCall, questionKey } from './function-call.ts';
import { HeaderView } from './header-view.ts';
import type { Person } from './people.ts';
import { type Texts, textsOf } from './texts.ts';

export type FactView = {
  readonly facts: MessageFacts;
  readonly history: MessageHistory;
  /** The values of a header as they are, by its name in lower case. */
  values(name: string): readonly string[];
  /** The same, made comparable. */
  header(name: string): Texts;
  /** Names and addresses in an address header. */
  people(name: string): Texts;
  /** The same, one by one; groups are flattened, at most `peopleReadMax`. */
  persons(name: string): readonly Person[];
  /** The readable text; undefined when it was not read. */
  body(): Texts | undefined;
  /** A function's answer; where there is none, the question is noted. */
  ask(call: FunctionCall): FunctionAnswer | undefined;
  /** Questions without an answer, each once. */
  questions(): readonly FunctionCall[];
};

export const viewFacts = (facts: MessageFacts, history: MessageHistory = NO_HISTORY): FactView =>
  new View(facts, history);

class View implements FactView {
  readonly facts: MessageFacts;
  readonly history: MessageHistory;
  readonly #headers = new Map<string, HeaderView>();
  #body: Texts | undefined;
  #questions: Map<string, FunctionCall> | undefined;

  constructor(facts: MessageFacts, history: MessageHistory) {
    this.facts = facts;
    this.history = history;
  }

  values(name: string): readonly string[] {
    return this.#header(name).values;
  }

  header(name: string): Texts {
    return this.#header(name).texts();
  }

  people(name: string): Texts {
    return this.#header(name).people();
  }

  persons(name: string): readonly Person[] {
    return this.#header(name).persons();
  }

  body(): Texts | undefined {
    const { bodyText } = this.facts;
    if (bodyText !== undefined) this.#body ??= textsOf([bodyText]);
    return this.#body;
  }

  ask(call: FunctionCall): FunctionAnswer | undefined {
    const key = questionKey(call);
    const answer = this.history.answers?.get(key);
    if (answer === undefined) {
      this.#questions ??= new Map();
      this.#questions.set(key, call);
    }
    return answer;
  }

  questions(): readonly FunctionCall[] {
    return this.#questions === undefined ? NO_QUESTIONS : [...this.#questions.values()];
  }

  #header(name: string): HeaderView {
    const known = this.#headers.get(name);
    if (known !== undefined) return known;
    const made = new HeaderView(headerValues(this.facts, name));
    this.#headers.set(name, made);
    return made;
  }
}

const NO_HISTORY: MessageHistory = {};
const NO_QUESTIONS: readonly FunctionCall[] = [];
