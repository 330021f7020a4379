/** A name server on loopback: answers over UDP from a list that the test gives and may change, and counts what it was asked. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import dnsPacket, { type Answer, type RecordType, type StringAnswer } from 'dns-packet';
import { type NameServer, systemNames } from '../../shared/egress/name-server.ts';

/** Records of a name, or what makes them when it is asked for the nth time (from 1) by that type. */
export type Zone = Readonly<Record<string, readonly Answer[] | ((n: number, type: string) => readonly Answer[])>>;

export type TestNameServer = {
  /** The product's own resolver, pointed here. */
  readonly names: NameServer;
  /** `A localhost.test` and the like, in order. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
};

export const startNameServer = async (zone: Zone): Promise<TestNameServer> => {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const query = dnsPacket.decode(bytes);
    const question = query.questions?.[0];
    if (question === undefined) return;
    const name = question.name.toLowerCase();
    const word = `${question.type} ${name}`;
    asked.push(word);
    const answers = answersOf(zone, name, question.type, asked.filter((one) => one === word).length);
    const reply = dnsPacket.encode({
      id: query.id ?? 0,
      type: 'response',
      // NXDOMAIN for what is not in the zone.
      flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | (answers === undefined ? 3 : 0),
      questions: [question],
      answers: [...(answers ?? [])],
    });
    socket.send(reply, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    names: systemNames([`127.0.0.1:${socket.address().port}`]),
    asked,
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
};

/** With the aliases on the way, as a resolver gives them. */
const answersOf = (zone: Zone, name: string, type: RecordType, n: number): readonly Answer[] | undefined => {
  const held = zone[name];
  if (held === undefined) return undefined;
  const records = typeof held === 'function' ? held(n, type) : held;
  const alias = records.find((record): record is StringAnswer => record.type === 'CNAME');
  if (alias?.type === 'CNAME' && type !== 'CNAME') {
    return [alias, ...(answersOf(zone, alias.data.toLowerCase(), type, n) ?? [])];
  }
  return records.filter((record) => record.type === type);
};
