import { actionTable } from './action-table.ts';

actionTable('stop', { decides: [[{}, {}]], refused: [] });
