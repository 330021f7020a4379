/** Watches what a run may never do, whatever it is killed over: on the line to the server, and in the table. */

import { uidsOf } from '../../shared/mail/uid-set.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import { HEAD_SK, JOURNAL_PREFIX } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { isFinal, type JournalPart } from '../../shared/sync/journal.ts';
import type { DatabaseCall } from '../support/faults.ts';

/** Commands that change a mailbox. */
const CHANGING = /^(?:UID )?(?:APPEND|STORE|COPY|MOVE|EXPUNGE|CREATE|DELETE|RENAME|CLOSE)\b/i;
export const isChanging = (command: string): boolean => CHANGING.test(command);

/** What is wrong with these commands, as this server may be sent them. */
export const forbiddenCommands = (commands: readonly string[], capability: string): string[] => {
  const offered = new Set(capability.split(' '));
  return commands.flatMap((command) => {
    const why = /^(EXPUNGE|CLOSE)\b/i.test(command)
      ? "it expunges other clients' mail"
      : /^(STORE|FETCH|COPY|MOVE|SEARCH)\b/i.test(command)
        ? 'it goes by sequence numbers'
        : /^UID STORE \S+ (\([^)]*\) )?FLAGS/i.test(command)
          ? 'it replaces flags'
          : /^UID MOVE\b/i.test(command) && !offered.has('MOVE')
            ? 'the server has no MOVE'
            : /^UID EXPUNGE\b/i.test(command) && !offered.has('UIDPLUS')
              ? 'the server has no UIDPLUS'
              : undefined;
    return why === undefined ? [] : [`sent ${command.slice(0, 80)}: ${why}`];
  });
};

/** Sees every database call that took effect, in the order of their answers. */
export const epochAudit = () => {
  let epoch = 0;
  const wrong: string[] = [];
  const armed = new Set<string>();
  return {
    wrong,
    /** Runs whose journal was armed: what others wrote down was never begun. */
    armed,
    see: ({ command, input }: DatabaseCall): void => {
      if (command !== 'UpdateItemCommand') return;
      const sk = String((input['Key'] as { sk?: unknown } | undefined)?.sk);
      const values = (input['ExpressionAttributeValues'] ?? {}) as Readonly<Record<string, unknown>>;
      const { ':next': next, ':mine': mine, ':epoch': claimed, ':run': run } = values;
      if (sk === HEAD_SK && typeof next === 'number') {
        if (next <= epoch) wrong.push(`the epoch went from ${epoch} to ${next}`);
        epoch = next;
        return;
      }
      if (sk === HEAD_SK && typeof run === 'string') armed.add(run);
      const own = sk === HEAD_SK ? mine : sk.startsWith(JOURNAL_PREFIX) ? claimed : undefined;
      if (typeof own === 'number' && own < epoch) wrong.push(`a write of epoch ${own} landed in epoch ${epoch}: ${sk}`);
    },
  };
};

/** The parts of these runs. */
export const readParts = async (table: Table, ref: AccountRef, runs: ReadonlySet<string>): Promise<JournalPart[]> => {
  const parts: JournalPart[] = [];
  let after: string | undefined;
  do {
    const page = await pageOfJournal(table, ref, { limit: 200, ...(after === undefined ? {} : { after }) });
    parts.push(...page.parts.filter(({ runId }) => runs.has(runId)).map(({ part }) => part));
    after = page.next;
  } while (after !== undefined);
  return parts;
};

/** Each message is decided once, each effect journaled once and brought to its end. */
export const journalFaults = (parts: readonly JournalPart[]): string[] => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const once = (what: string): void => {
    if (seen.has(what)) wrong.push(`journaled twice: ${what}`);
    seen.add(what);
  };
  for (const part of parts) {
    if (part.kind === 'change') {
      const { source, arrived } = part.change;
      for (const uid of uidsOf(arrived)) once(`${source.folderId} ${source.uidValidity} ${uid} arrived`);
    }
    if (part.kind !== 'effect') continue;
    const { command, state } = part;
    const { source, uids, askedBy: _askedBy, ...what } = command;
    const rest = JSON.stringify({ ...what, fingerprints: undefined, target: 'target' in what ? what.target.path : '' });
    for (const uid of uidsOf(uids)) once(`${source.folderId} ${source.uidValidity} ${uid} ${rest}`);
    if (!isFinal(state)) wrong.push(`${command.kind} is left ${state.state}`);
    else if (state.state === 'parked') wrong.push(`${command.kind} is parked: ${state.reason}`);
  }
  return wrong;
};

export const effectKindsOf = (parts: readonly JournalPart[]): string[] => [
  ...new Set(parts.flatMap((part) => (part.kind === 'effect' ? [part.command.kind] : []))),
];

/** Where nothing goes wrong, each effect is done to all of its messages. */
export const undone = (parts: readonly JournalPart[]): string[] =>
  parts.flatMap((part) => {
    if (part.kind !== 'effect' || (part.state.state === 'done' && part.state.skipped === undefined)) return [];
    return [`${part.command.kind} came to ${JSON.stringify(part.state)}`];
  });

/** Whether the sweep took something away that had been done twice. */
export const hasRepaired = (parts: readonly JournalPart[]): boolean =>
  parts.some(
    (part) =>
      part.kind === 'effect' && part.state.state === 'done' && part.command.askedBy.some(({ by }) => by === 'repair'),
  );
