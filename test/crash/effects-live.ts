/** Lives one history of effects through, on a fresh user; at rest every message has to be where a rule or the person put it, once. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { LIMITS } from '../../shared/limits.ts';
import { hasUid } from '../../shared/mail/uid-set.ts';
import { type JournalPart, provedUids } from '../../shared/sync/journal.ts';
import { diceOf } from '../chaos/dice.ts';
import { differences } from '../chaos/differences.ts';
import { readJournal } from '../chaos/journal-told.ts';
import type { ChaosServer } from '../chaos/live.ts';
import { startTlsProxy } from '../chaos/tls-proxy.ts';
import { DOVECOT_CAPABILITY } from '../support/dovecot.ts';
import { epochAudit, forbiddenCommands, hasRepaired, journalFaults, readParts } from './audit.ts';
import { MAY_DOUBLE } from './boundaries.ts';
import { restOf } from './cell.ts';
import { effectsHistoryOf, type Step } from './effects-history.ts';
import { lifeOf } from './life.ts';
import { type Held, heldBy, withoutDoomed } from './mailbox.ts';
import { meetPerson, type Person } from './person.ts';
import { type Saboteur, saboteur } from './saboteur.ts';
import { misplaced, SOAK_RULES } from './soak-mail.ts';
import type { Stage } from './template.ts';

export type EffectsLived = {
  readonly acts: number;
  readonly faults: number;
  readonly effects: number;
  /** Empty: all invariants hold. */
  readonly wrong: readonly string[];
  readonly told: readonly string[];
};

export const liveEffects = async (
  { yard, certificate }: Stage,
  server: ChaosServer,
  {
    seed,
    user,
    capability = DOVECOT_CAPABILITY,
  }: { readonly seed: number; readonly user: string; readonly capability?: string | undefined },
): Promise<EffectsLived> => {
  const person = await meetPerson(server.plainPort, user, server.password);
  const proxy = await startTlsProxy(certificate);
  try {
    const settings = { tenant: user, password: server.password };
    const ref = await yard.addAccount({ ...proxy, users: {} }, user, settings);
    for (const rule of SOAK_RULES) await yard.addRule(ref, rule);
    const life = lifeOf(yard, ref);
    const epochs = epochAudit();
    const rest = restOf(life, { after: epochs.see });
    const line = { port: server.plainPort, oddities: server.oddities };
    const dice = diceOf(seed + 1_000_000);
    const counts = { acts: 0, faults: 0 };
    const lines: { readonly commands: readonly string[] }[] = [];
    const wrong: string[] = [];
    let mayDouble = false;
    let held: { readonly deliver: () => Promise<void>; readonly left: number }[] = [];
    const setLine = (plan: Partial<Saboteur['plan']> = {}) => {
      proxy.set({ ...line, ...plan });
      lines.push(proxy.seen());
      return proxy.seen();
    };
    const act = async (one: Step['acts'][number]): Promise<void> => {
      const to = await person.act(one, dice);
      life.told.push(`person: ${one} ${to}`);
      if (to !== 'nothing') counts.acts += 1;
    };
    const takeOver = async (): Promise<void> => {
      life.told.push('-- another worker takes over');
      setLine();
      life.goOn(LIMITS.leaseSeconds + 1);
      await life.check({ after: epochs.see });
      life.told.push('-- the first worker goes on');
    };

    setLine();
    await rest();
    for (const step of effectsHistoryOf(seed)) {
      life.goOn(step.afterSeconds);
      for (const one of step.acts) await act(one);
      const first = saboteur(step.fault, { proxy, see: epochs.see, takeOver });
      const pending = new Set(step.during);
      const { before } = first.plan;
      const seen = setLine({
        ...first.plan,
        before: async (n) => {
          for (const one of pending) {
            if (one.n !== n) continue;
            pending.delete(one);
            await act(one.act);
          }
          await before?.(n);
        },
      });
      life.told.push(`-- ${JSON.stringify(step)}`);
      await Promise.all([life.check(first.worker), ...(step.twice ? [life.check({ after: epochs.see })] : [])]);
      if (first.reached()) {
        counts.faults += 1;
        mayDouble ||= MAY_DOUBLE.includes(step.fault?.boundary ?? '');
      }
      const { deliver } = seen;
      if (deliver !== undefined) held.push({ deliver, left: step.lateBy });
      // What an old worker had on the line reaches the server now.
      for (const one of held) if (one.left === 0) await one.deliver();
      held = held.filter(({ left }) => left > 0).map((one) => ({ ...one, left: one.left - 1 }));
    }
    setLine();
    for (const { deliver } of held) await deliver();
    for (const seconds of [LIMITS.leaseSeconds + 1, 1_000, 90_000, 90_000]) {
      life.goOn(seconds);
      const unrest = await rest();
      if (unrest !== undefined) wrong.push(unrest);
    }

    const parts = await readParts(yard.deps.table, ref, epochs.armed);
    // Or a look that was left out would hide behind the sweep.
    if (hasRepaired(parts) && !mayDouble) wrong.push('something was done twice, and the sweep had to repair it');
    const mailbox = withoutDoomed(await heldBy(server.doveadm, user), []);
    const everything = await server.doveadm.everything(user);
    const commands = lines.flatMap((one) => one.commands);
    wrong.push(
      ...messageFaults(person, mailbox, parts, { hasMove: capability.split(' ').includes('MOVE'), mayDouble }),
      ...(await differences(yard.deps.table, ref, everything, await readJournal(yard.deps.table, ref))),
      ...forbiddenCommands(commands, capability),
      ...epochs.wrong,
      // Given up, and shown to the owner: so it may be after three accidents.
      ...journalFaults(parts).filter((one) => !/ is parked/.test(one)),
    );
    for (const [i, command] of commands.entries()) life.told.push(`    ${i + 1} ${command.slice(0, 120)}`);
    const effects = parts.filter((part) => part.kind === 'effect' && part.state.state === 'done').length;
    return { ...counts, effects, wrong, told: life.told };
  } finally {
    person.leave();
    await proxy.stop();
    await rm(path.join(server.dir, 'home', user), { recursive: true, force: true });
  }
};

/** Message by message: where nobody touched it, exactly where its rule puts it; where the person did, no more and no fewer. */
const messageFaults = (
  { deeds, inbox }: Person,
  held: readonly Held[],
  parts: readonly JournalPart[],
  { hasMove, mayDouble }: { readonly hasMove: boolean; readonly mayDouble: boolean },
): string[] => {
  const ofInbox = parts.filter((part) => part.kind === 'effect' && part.command.source.path === 'INBOX');
  const namesIn = (test: (part: Extract<JournalPart, { kind: 'effect' }>, uid: number) => boolean): Set<string> =>
    new Set(
      [...inbox].flatMap(([uid, name]) =>
        ofInbox.some((part) => part.kind === 'effect' && test(part, uid)) ? [name] : [],
      ),
    );
  const parked = namesIn(({ command, state }, uid) => state.state === 'parked' && hasUid(command.uids, uid));
  const copied = namesIn(
    ({ command, state }, uid) => command.kind === 'copy' && hasUid(provedUids(command, state), uid),
  );
  const left = new Set(
    [...deeds]
      .filter(([name, deed]) => !deed.touched && !deed.draftDealtWith && !parked.has(name))
      .map(([name]) => name),
  );
  const nameOf = ({ name }: Held): string => /^draft for <(.*)@/.exec(name)?.[1] ?? name.replace(/ of \d+ bytes$/, '');
  const wrong = misplaced(
    [...left],
    held.filter((one) => left.has(nameOf(one))),
  );
  for (const [name, { touched, deleted, draftDealtWith, place }] of deeds) {
    if (left.has(name)) continue;
    const own = held.filter((one) => nameOf(one) === name);
    const drafts = own.filter((one) => one.name.startsWith('draft for')).length;
    const count = own.length - drafts;
    const ought = 1 + (copied.has(name) ? 1 : 0) - deleted;
    // Without MOVE the person may take the original away between its copy and its end; a double that came late and that the
    // person put somewhere before the sweep is theirs.
    const isCopied = name.startsWith('copy') ? mayDouble : !hasMove && name.startsWith('file');
    // What the person deleted may be a copy whose worker died before it could prove it.
    const isUnproved = parked.has(name) || (deleted > 0 && name.startsWith('copy') && !copied.has(name));
    const more = (isUnproved ? 1 : 0) + (touched && isCopied ? 1 : 0);
    // What the person did by hand wins: no rule takes it away again.
    if (place !== undefined && deleted === 0 && !own.some(({ folder }) => folder === place)) {
      wrong.push(`${name} is not in ${place}, where the person put it`);
    }
    if (count < ought || count > ought + more) wrong.push(`${name} is there ${count} times and not ${ought}`);
    // Of two, the person may have dealt with the double.
    if (drafts > (draftDealtWith && !mayDouble ? 0 : 1)) wrong.push(`${name} has ${drafts} drafts`);
  }
  return wrong;
};
