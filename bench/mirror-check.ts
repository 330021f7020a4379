/** What was measured must also be right: the mirror against the server, message by message, flag by flag. */
import { dovecotOracle, type HeldMessage } from '../test/support/dovecot-oracle.ts';
import { mirrorOf } from '../test/support/mirror.ts';
import { FIXTURE_USER } from './fixture.ts';
import type { OursState } from './ours.ts';
import { openService } from './service.ts';
import type { Stage } from './stage.ts';

/** Messages that differ, over the given folders; all of them when none is given. */
export const mirrorDifferences = async (
  stage: Stage,
  { table, ref }: OursState,
  folders?: readonly string[],
): Promise<number> => {
  const service = openService({ table, keys: stage.keys });
  const oracle = dovecotOracle(stage.server());
  try {
    let differences = 0;
    for (const folder of folders ?? (await oracle.folders(FIXTURE_USER.user))) {
      const held = await oracle.listMessages(FIXTURE_USER.user, folder);
      differences += differencesBetween(held, await mirrorOf(service, ref, folder));
    }
    return differences;
  } finally {
    service.close();
  }
};

/** Messages, with their flags, that are in one and not in the other. */
export const differencesBetween = (held: readonly HeldMessage[], mirrored: readonly HeldMessage[]): number => {
  const [one, other] = [linesOf(held), linesOf(mirrored)];
  return countMissing(one, other) + countMissing(other, one);
};

/** Keywords are the same in any case (RFC 9051 section 2.3.2). */
const linesOf = (messages: readonly HeldMessage[]): Set<string> =>
  new Set(messages.map(({ uid, flags }) => [uid, ...flags.map((flag) => flag.toLowerCase()).sort()].join(' ')));

const countMissing = (wanted: ReadonlySet<string>, held: ReadonlySet<string>): number => {
  let missing = 0;
  for (const line of wanted) if (!held.has(line)) missing += 1;
  return missing;
};
