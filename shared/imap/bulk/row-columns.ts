/** Rows of one folder as they stream in: two columns that grow, no object per row. */
import type { Keyword } from '../../mail/keyword.ts';
import { type MessageList, messageListBuilder, withMessages } from '../../sync/message-list.ts';

export type RowColumns = {
  readonly add: (uid: number, combination: number) => void;
  /** Rows added, repeats included. */
  readonly count: () => number;
  /** Of the same UID twice the later row counts. */
  readonly build: () => MessageList;
};

const ROWS_AT_FIRST_MAX = 131_072;

/** `combinations` may grow while rows are added. `rowsExpected` only sizes the columns: it is the server's word. */
export const rowColumns = (combinations: readonly (readonly Keyword[])[], rowsExpected: number): RowColumns => {
  let uids = new Uint32Array(Math.min(Math.max(rowsExpected, 16), ROWS_AT_FIRST_MAX));
  let combinationOf = new Uint32Array(uids.length);
  let count = 0;
  let top = 0;
  // A row at or below the top UID comes after the one that it repeats or had to precede: another client's change, as a rule.
  const late = messageListBuilder();

  const add = (uid: number, combination: number): void => {
    if (uid <= top) {
      late.add(uid, combinations[combination] ?? []);
      return;
    }
    if (count === uids.length) {
      uids = grown(uids);
      combinationOf = grown(combinationOf);
    }
    uids[count] = uid;
    combinationOf[count] = combination;
    count += 1;
    top = uid;
  };

  const build = (): MessageList => {
    const rows: MessageList = {
      uids: uids.slice(0, count),
      combinationOf: combinationOf.slice(0, count),
      combinations: [...combinations],
    };
    return late.count() === 0 ? rows : withMessages(rows, late.build());
  };

  return { add, count: () => count + late.count(), build };
};

const grown = (column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
};
