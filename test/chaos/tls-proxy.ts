/**
 * What stands between us and Dovecot: it ends our TLS, so that it sees every command, can let other clients act between two
 * of them, cut the line at any, and play a server that is odder than Dovecot.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { ServerCertificate } from '../support/certificates.ts';
import type { Cut } from './history.ts';
import { lineReader } from './line-reader.ts';
import type { Oddity } from './oddities.ts';

export type LineCut =
  | Extract<Cut, { readonly by: 'reset' | 'truncated' }>
  /** The connection ends in the middle of the literal that the n-th command carries. */
  | { readonly by: 'literal'; readonly n: number }
  /** The client is cut off at the n-th command, whose bytes reach the server only by `deliver`. */
  | { readonly by: 'held'; readonly n: number };

export type ProxyPlan = {
  /** Dovecot's plain port. */
  readonly port: number;
  readonly oddities: readonly Oddity[];
  /** Before the n-th command of the plan is passed on, when all before it are answered. */
  readonly before?: (n: number) => Promise<void>;
  readonly cut?: LineCut;
  /** Which commands the cut counts; all unless told otherwise. */
  readonly counts?: (command: string) => boolean;
  /** The cut comes to pass; called before the client can notice. */
  readonly onCut?: () => void;
};

export type Seen = {
  readonly commands: readonly string[];
  /** Numbers, from 1, of the commands that carried a literal. */
  readonly withLiteral: readonly number[];
  /** Whether the plan's cut came to pass. */
  readonly cut: boolean;
  /** Whether a command came before the one before it was answered. */
  readonly pipelined: boolean;
  /** Sends on what a `held` cut keeps back, and waits for its answer or for a server that has hung up. */
  readonly deliver?: () => Promise<void>;
};

export type TlsProxy = {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly ca: string;
  /** For connections from now on; counts commands from 1 again. */
  readonly set: (plan: ProxyPlan) => void;
  /** The same with a plan for each connection, which counts its own commands; `seen` then sees none. */
  readonly setEach: (planOf: () => ProxyPlan) => void;
  /** It goes on being written to, also when there is another plan by then. */
  readonly seen: () => Seen;
  /** Ends all connections of clients, as a process does that dies. */
  readonly dropClients: () => void;
  readonly stop: () => Promise<void>;
};

export const startTlsProxy = async ({ certPem, keyPem, caPem }: ServerCertificate): Promise<TlsProxy> => {
  let state = nothingSeen();
  let next = (): { readonly plan: ProxyPlan; readonly state: SeenSoFar } => ({
    plan: { port: 0, oddities: [] },
    state,
  });
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  // Without noDelay small answers wait 40 ms for the other side's acknowledgement.
  const server = createServer({ cert: certPem, key: keyPem, noDelay: true }, (client) => {
    const { plan, state: seenHere } = next();
    const upstream = connect(plan.port, '127.0.0.1').setNoDelay(true);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        clients.delete(socket);
        client.destroy();
        if (!line.keepsServer()) upstream.destroy();
      });
    }
    clients.add(client);
    const line = relay(client, upstream, plan, seenHere);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    ca: caPem,
    set: (plan) => {
      const fresh = nothingSeen();
      state = fresh;
      next = () => ({ plan, state: fresh });
    },
    setEach: (planOf) => {
      state = nothingSeen();
      next = () => ({ plan: planOf(), state: nothingSeen() });
    },
    seen: () => state,
    dropClients: () => {
      for (const client of clients) client.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

type SeenSoFar = {
  readonly commands: string[];
  readonly withLiteral: number[];
  counted: number;
  cut: boolean;
  pipelined: boolean;
  deliver?: () => Promise<void>;
};
const nothingSeen = (): SeenSoFar => ({ commands: [], withLiteral: [], counted: 0, cut: false, pipelined: false });

const relay = (client: TLSSocket, upstream: Socket, plan: ProxyPlan, state: SeenSoFar) => {
  const open = new Set<string>();
  const oddities = plan.oddities.map((oddity) => oddity());
  let held: string[] | undefined;
  let answered: () => void = () => undefined;
  /** The literal of this command, which the server has yet to ask for, is to be cut. */
  let cutsLiteral: Extract<LineCut, { by: 'literal' | 'held' }> | undefined;
  let keepsServer = false;

  const toClient = (unit: string): void => {
    let text: string | undefined = unit;
    for (const { answer } of oddities) text = text === undefined ? undefined : (answer?.(text) ?? text);
    if (text !== undefined && text !== '' && !client.destroyed) client.write(text, 'latin1');
  };
  const idle = async (): Promise<void> => {
    while (open.size > 0 && !upstream.destroyed) {
      await new Promise<void>((resolve) => {
        answered = resolve;
      });
    }
  };
  const cutOff = (last = ''): void => {
    state.cut = true;
    plan.onCut?.();
    if (last === '') client.destroy();
    else client.write(last, 'latin1', () => client.destroy());
  };

  /** What a command's last unit comes to: half of its literal, or nothing until it is delivered. */
  const cutUnit = (unit: string, { by }: Extract<LineCut, { by: 'literal' | 'held' }>): void => {
    if (by === 'literal') {
      upstream.end(halfOfLiteral(unit), 'latin1');
      cutOff();
      return;
    }
    keepsServer = true;
    state.deliver = async () => {
      upstream.write(unit, 'latin1');
      await idle();
      upstream.destroy();
    };
    cutOff();
  };

  const pass = async (unit: string, tag: string, words: string): Promise<void> => {
    // What was sent behind a cut never arrives.
    if (client.destroyed) return;
    state.commands.push(words);
    const n = state.commands.length;
    if (/\{\d+\+?\}\r\n/.test(unit)) state.withLiteral.push(n);
    const { cut, before } = plan;
    const isCounted = plan.counts?.(words) ?? true;
    if (isCounted) state.counted += 1;
    const isCut = cut !== undefined && !state.cut && isCounted && isCutAt(cut, state.counted, words);
    if (isCut || before !== undefined) await idle();
    await before?.(n);
    if (isCut && cut.by === 'reset' && cut.when === 'before') return cutOff();
    let text = unit;
    for (const { command } of oddities) text = command?.(text) ?? text;
    open.add(tag);
    if (isCut && (cut.by === 'literal' || cut.by === 'held')) {
      if (!/\{\d+\}\r\n$/.test(text)) return cutUnit(text, cut);
      cutsLiteral = cut;
    }
    if (!isCut || cutsLiteral !== undefined) {
      upstream.write(text, 'latin1');
      return;
    }
    const mine: string[] = [];
    held = mine;
    upstream.write(text, 'latin1');
    await idle();
    held = undefined;
    if (cut.by === 'reset') return cutOff(cut.when === 'after' ? '' : part(mine.join(''), cut.share));
    state.cut = true;
    for (const one of cut.by === 'truncated' ? truncated(mine, cut) : mine) toClient(one);
  };

  const fromClient = lineReader({ asks: true });
  let turn = Promise.resolve();
  let unanswered = 0;
  client.on('data', (bytes: Buffer) => {
    for (const { text, begins } of fromClient(bytes.toString('latin1'))) {
      const [, tag, words] = begins ? (/^([A-Za-z0-9.]+) ([A-Za-z][^\r\n]*)/.exec(text) ?? []) : [];
      // The server asked for the rest of a command: it waits for no other.
      if (tag === undefined || words === undefined) {
        let rest = text;
        for (const { command } of oddities) rest = command?.(rest) ?? rest;
        if (cutsLiteral === undefined) upstream.write(rest, 'latin1');
        else cutUnit(rest, cutsLiteral);
      } else {
        if (unanswered > 0) state.pipelined = true;
        unanswered += 1;
        turn = turn.then(() => pass(text, tag, words)).catch(() => void client.destroy());
      }
    }
  });
  const fromServer = lineReader({ asks: false });
  upstream.on('data', (bytes: Buffer) => {
    for (const { text } of fromServer(bytes.toString('latin1'))) {
      if (held === undefined || text.startsWith('+')) toClient(text);
      else held.push(text);
      if (!open.delete(text.slice(0, text.indexOf(' ')))) continue;
      unanswered -= 1;
      answered();
    }
  });
  upstream.once('close', () => answered());
  client.once('close', () => answered());
  return { keepsServer: () => keepsServer };
};

const isCutAt = (cut: LineCut, n: number, words: string): boolean =>
  cut.by === 'truncated' ? isFullListing(words) : n === cut.n;

/** A unit up to the middle of its first literal; one that is all literal, as the server asked for it, up to its own middle. */
const halfOfLiteral = (unit: string): string => {
  const found = /\{(\d+)\+\}\r\n/.exec(unit);
  if (found === null) return unit.slice(0, unit.length >> 1);
  return unit.slice(0, found.index + found[0].length + (Number(found[1]) >> 1));
};

const part = (text: string, share: number): string => text.slice(0, Math.floor(text.length * share));

/** A listing of all messages in a range: that some are left out shows in the counts, as it would not among changes alone. */
const isFullListing = (words: string): boolean =>
  (/^UID FETCH \d+:[\d*]+ \(.*FLAGS/i.test(words) && !/CHANGEDSINCE/i.test(words)) || /^UID SEARCH ALL$/i.test(words);

const truncated = (
  units: readonly string[],
  { share, to }: { readonly share: number; readonly to: number },
): string[] => {
  const without = <T>(all: readonly T[]): T[] => {
    const [from = 0, until = 0] = [share, to].sort((a, b) => a - b).map((one) => Math.floor(one * all.length));
    return [...all.slice(0, from), ...all.slice(until)];
  };
  const rows = units.filter((unit) => /^\* \d+ FETCH /i.test(unit));
  const kept = new Set(without(rows));
  return units
    .filter((unit) => !rows.includes(unit) || kept.has(unit))
    .map((unit) => {
      if (!/^\* SEARCH /i.test(unit)) return unit;
      const [star = '*', word = 'SEARCH', ...uids] = unit.trimEnd().split(' ');
      return `${[star, word, ...without(uids)].join(' ')}\r\n`;
    });
};
