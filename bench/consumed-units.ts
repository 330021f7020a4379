/** Counts what DynamoDB says that each call consumed. */
import type { Table } from '../shared/store/table.ts';
import { isConditionFailed } from '../shared/store/table.ts';

type Capacity = { readonly CapacityUnits?: number };
type Metered = { readonly ConsumedCapacity?: Capacity | readonly Capacity[] };

export type Units = {
  readonly read: number;
  readonly write: number;
  readonly calls: number;
  /** In which at least one call was under way. */
  readonly waitedMs: number;
};

const READS = /^(Get|BatchGet|Query|Scan|TransactGet)/;

/** From here on every call through `table` is counted; the answer is the units since it was last asked. */
export const meterUnits = (table: Table): (() => Units) => {
  let units = { read: 0, write: 0, calls: 0, waitedMs: 0 };
  let underWay = 0;
  let busySince = 0;
  const count = (command: string, consumed: number): void => {
    units[READS.test(command) ? 'read' : 'write'] += consumed;
    units.calls += 1;
  };
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context['commandName']);
      if (underWay === 0) busySince = performance.now();
      underWay += 1;
      try {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity } = result.output as Metered;
        // A batch answers with one entry a table.
        const consumed = [ConsumedCapacity ?? []].flat().reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0);
        count(command, consumed);
        return result;
      } catch (error) {
        // A write whose condition does not hold costs what it would have cost, at least one unit.
        if (isConditionFailed(error)) count(command, 1);
        throw error;
      } finally {
        underWay -= 1;
        if (underWay === 0) units.waitedMs += performance.now() - busySince;
      }
    },
    { step: 'initialize', name: 'meterUnits' },
  );
  return () => {
    const since = units;
    units = { read: 0, write: 0, calls: 0, waitedMs: 0 };
    return since;
  };
};
