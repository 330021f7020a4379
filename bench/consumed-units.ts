/** Counts what DynamoDB says that each call consumed. */
import type { Table } from '../shared/store/table.ts';

type Metered = { ConsumedCapacity?: { CapacityUnits?: number } };

/** From here on every call through `table` is counted; the answer is the units since it was last asked. */
export const meterUnits = (table: Table): (() => number) => {
  let units = 0;
  table.client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      units += (result.output as Metered).ConsumedCapacity?.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize', name: 'meterUnits' },
  );
  return () => {
    const since = units;
    units = 0;
    return since;
  };
};
