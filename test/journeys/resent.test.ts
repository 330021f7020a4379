/** The line breaks over a command that must not be done twice: it is looked for, waited for, and swept after. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { pageOfJournal } from '../../shared/store/journal.ts';
import { readTimers } from '../../shared/store/timers.ts';
import type { Oddity } from '../chaos/oddities.ts';
import { connectRaw } from '../chaos/raw-imap.ts';
import { startTlsProxy, type TlsProxy } from '../chaos/tls-proxy.ts';
import { createCertificate } from '../support/certificates.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const KINDS = {
  APPEND: { type: 'createDraft', text: 'Thank you.' },
  COPY: { type: 'copy', mailbox: { role: 'archive' } },
  MOVE: { type: 'move', mailbox: { role: 'archive' } },
} as const;
const TARGETS = { APPEND: 'Drafts', COPY: 'Archive', MOVE: 'Archive' } as const;

/** No COPYUID and no APPENDUID, whatever the server can do. */
const withoutUidPlus: Oddity = () => ({ answer: (text) => text.replace(/\[(COPYUID|APPENDUID) [^\]]*\] ?/i, '') });

/** The folder for drafts will not open just now. */
const refusesDrafts: Oddity = () => {
  let tag: string | undefined;
  return {
    command: (text) => {
      tag = /^(\S+) (?:SELECT|EXAMINE) "?Drafts/i.exec(text)?.[1];
      return tag === undefined ? text : `${tag} NOOP\r\n`;
    },
    answer: (text) => (tag !== undefined && text.startsWith(`${tag} OK`) ? `${tag} NO not now\r\n` : text),
  };
};

const knowsMove: Oddity = () => ({
  answer: (text) => text.replace(/(CAPABILITY [^\]\r]*)\bUIDPLUS\b/, '$1UIDPLUS MOVE'),
});

const SERVERS = [
  { name: 'that can do all', without: [], oddities: [] },
  { name: 'without UIDPLUS', without: ['UIDPLUS'], oddities: [withoutUidPlus] },
  { name: 'without MOVE', without: ['MOVE'], oddities: [] },
  { name: 'without MOVE and UIDPLUS', without: ['MOVE', 'UIDPLUS'], oddities: [withoutUidPlus] },
];

for (const shape of SERVERS) {
  describe(`on a server ${shape.name}, a line that breaks`, () => {
    let server: Dovecot;
    let oracle: DovecotOracle;
    let yard: Yard;
    let proxy: TlsProxy;
    let ref: AccountRef;
    let user = '';
    let count = 0;

    before(async () => {
      server = await startDovecot({
        users: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`user${i + 1}`, 'secret'])),
        capability: capabilityWithout(...shape.without),
      });
      oracle = dovecotOracle(server);
      proxy = await startTlsProxy(await createCertificate());
      yard = await startYard();
    });
    after(async () => {
      await yard?.stop();
      await proxy?.stop();
      await server?.stop();
    });

    const line = (): { port: number; oddities: readonly Oddity[] } => ({
      port: server.plainPort,
      oddities: shape.oddities,
    });
    const goOn = (seconds: number): void => {
      yard.clock.skewMs += seconds * 1_000;
    };
    const check = async () => (await yard.check(ref))[0];
    /** A letter is there to be handled; the command that does it is the n-th of the check. */
    const start = async (kind: keyof typeof KINDS): Promise<number> => {
      const setUp = async (): Promise<void> => {
        count += 1;
        user = `user${count}`;
        proxy.set(line());
        ref = await yard.addAccount({ ...proxy, users: {} }, user, { tenant: `tenant-${count}`, password: 'secret' });
        await yard.addRule(ref, { name: 'Rule', conditions: { from: 'carol' }, actions: [KINDS[kind]] });
        await checkUntilQuiet(yard, ref);
        await oracle.deliver(user, 'INBOX', letter({ from: 'carol@example.net', body: 'Well?' }), ['\\Flagged']);
        proxy.set(line());
      };
      await setUp();
      await check();
      const command = kind === 'MOVE' && shape.without.includes('MOVE') ? 'COPY' : kind;
      const n = proxy.seen().commands.findIndex((words) => new RegExp(`^(UID )?${command} `, 'i').test(words)) + 1;
      assert.ok(n > 0, `there is no ${command} among ${proxy.seen().commands.join(', ')}`);
      await setUp();
      return n;
    };
    const held = async (path: string) => (await oracle.listMessages(user, path)).map(({ flags }) => flags);
    /** What the source has left after a move. */
    const left = (): string[][] => (shape.without.length === 2 ? [['\\Deleted', '\\Flagged']] : []);
    const isRight = async (kind: keyof typeof KINDS): Promise<void> => {
      const copied = kind === 'APPEND' ? ['\\Draft', '\\Seen'] : ['\\Flagged'];
      assert.deepEqual(await held(TARGETS[kind]), [copied]);
      assert.deepEqual(await held('INBOX'), kind === 'MOVE' ? left() : [['\\Flagged']]);
      for (const path of ['INBOX', TARGETS[kind]]) {
        assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
      }
    };

    for (const kind of ['APPEND', 'COPY', 'MOVE'] as const) {
      it(`after the server did a ${kind} leaves one, found by the next check`, async () => {
        const n = await start(kind);
        proxy.set({ ...line(), cut: { by: 'reset', when: 'after', n, share: 0 } });
        assert.equal((await check())?.outcome, 'failed');
        proxy.set(line());
        goOn(61);
        await checkUntilQuiet(yard, ref);
        await isRight(kind);
      });

      it(`before the server saw a ${kind} has it sent again, when nothing can be on its way any more`, async () => {
        const n = await start(kind);
        proxy.set({ ...line(), cut: { by: 'reset', when: 'before', n, share: 0 } });
        assert.equal((await check())?.outcome, 'failed');
        proxy.set(line());
        goOn(61);
        if (kind !== 'MOVE' || shape.without.includes('MOVE')) {
          assert.equal((await check())?.outcome, 'waiting');
          assert.deepEqual(await held(TARGETS[kind]), []);
          goOn(61);
          assert.equal((await check())?.outcome, 'waiting');
          goOn(LIMITS.resendGraceSeconds - 122);
        }
        await checkUntilQuiet(yard, ref);
        await isRight(kind);
      });
    }

    const states = async (): Promise<string[]> => {
      const { parts } = await pageOfJournal(yard.deps.table, ref, { limit: 50 });
      return parts.flatMap(({ part }) => (part.kind === 'effect' ? [part.state.state] : []));
    };

    for (const kind of ['APPEND', 'COPY', 'MOVE'] as const) {
      if (kind === 'MOVE' && !shape.without.includes('MOVE')) continue;
      it(`after the server did a ${kind} whose result the person took away has nothing sent again, and that is shown`, async () => {
        const n = await start(kind);
        proxy.set({ ...line(), cut: { by: 'reset', when: 'after', n, share: 0 } });
        assert.equal((await check())?.outcome, 'failed');
        proxy.set(line());
        await oracle.createFolder(user, 'Kept');
        const [ours] = await oracle.listMessages(user, TARGETS[kind]);
        await oracle.moveByAnotherClient(user, TARGETS[kind], ours?.uid ?? 0, 'Kept');
        goOn(LIMITS.resendGraceSeconds + 1);
        await checkUntilQuiet(yard, ref);
        const lie = [await held('INBOX'), await held(TARGETS[kind]), (await held('Kept')).length];
        assert.deepEqual(lie, [[['\\Flagged']], [], 1]);
        assert.deepEqual(await states(), ['parked']);
      });
    }

    it('keeps its time to wait also where a look in between was refused', async () => {
      const n = await start('APPEND');
      proxy.set({ ...line(), cut: { by: 'reset', when: 'before', n, share: 0 } });
      assert.equal((await check())?.outcome, 'failed');
      proxy.set({ ...line(), oddities: [...shape.oddities, refusesDrafts] });
      goOn(61);
      assert.equal((await check())?.outcome, 'failed');
      proxy.set(line());
      goOn(61);
      assert.equal((await check())?.outcome, 'waiting');
      assert.deepEqual(await held('Drafts'), []);
      goOn(LIMITS.resendGraceSeconds);
      await checkUntilQuiet(yard, ref);
      await isRight('APPEND');
    });

    if (shape.without.length === 1 && shape.without.includes('MOVE')) {
      it('after a move by COPY is looked after in the same way by a server that has learnt MOVE', async () => {
        const n = await start('MOVE');
        proxy.set({ ...line(), cut: { by: 'reset', when: 'after', n, share: 0 } });
        assert.equal((await check())?.outcome, 'failed');
        proxy.set({ ...line(), oddities: [knowsMove] });
        goOn(61);
        await checkUntilQuiet(yard, ref);
        await isRight('MOVE');
      });

      it('over one of two messages that are alike has each filed, once', async () => {
        await start('MOVE');
        await oracle.createFolder(user, 'Lists');
        const rule = {
          name: 'Lists',
          mailboxes: [{ path: 'Lists' }],
          conditions: { from: 'dave' },
          actions: [KINDS.MOVE],
        };
        await yard.addRule(ref, rule);
        await yard.addRule(ref, { ...rule, name: 'Inbox', mailboxes: [{ role: 'inbox' }] });
        await checkUntilQuiet(yard, ref);
        const before = (await held('Archive')).length;
        const other = await connectRaw(server.plainPort, user, 'secret');
        const source = letter({ from: 'Dave <dave@example.net>', id: 'alike' });
        for (const path of ['INBOX', 'Lists']) {
          await other.send(
            `APPEND ${path} () "01-Jan-2026 10:00:00 +0000" {${Buffer.byteLength(source)}+}\r\n${source}`,
          );
        }
        other.close();
        let copies = 0;
        proxy.set({
          ...line(),
          before: async (i) => {
            if (!/^UID COPY /i.test(proxy.seen().commands[i - 1] ?? '')) return;
            copies += 1;
            throw new Error('the line breaks');
          },
        });
        assert.equal((await check())?.outcome, 'failed');
        assert.equal(copies, 1);
        proxy.set(line());
        goOn(61);
        // The other is filed meanwhile, and must not be taken for the one that was lost.
        assert.equal((await check())?.outcome, 'waiting');
        assert.equal((await held('Archive')).length, before + 1);
        goOn(LIMITS.resendGraceSeconds);
        await checkUntilQuiet(yard, ref);
        assert.equal((await held('Archive')).length, before + 2);
        assert.deepEqual(await held('Lists'), []);
      });
    }

    if (shape.without.includes('MOVE')) {
      it('between the copies and the originals copies nothing again, whatever became of the copy meanwhile', async () => {
        await start('MOVE');
        proxy.set({
          ...line(),
          before: async (n) => {
            if (/^UID STORE .*Deleted/i.test(proxy.seen().commands[n - 1] ?? '')) throw new Error('the line breaks');
          },
        });
        assert.equal((await check())?.outcome, 'failed');
        proxy.set(line());
        // The person moves the copy on before the original is gone: it is not copied again, and nothing is lost.
        await oracle.createFolder(user, 'Kept');
        await oracle.moveByAnotherClient(user, 'Archive', 1, 'Kept');
        goOn(LIMITS.resendGraceSeconds + 1);
        await checkUntilQuiet(yard, ref);
        assert.deepEqual(
          [await held('INBOX'), await held('Archive'), await held('Kept')],
          [[['\\Flagged']], [], [['\\Flagged']]],
        );
      });
    }

    const doubleOf = async (path: string, flags: readonly string[]): Promise<number> => {
      const [first] = await oracle.listMessages(user, path);
      const text = (await oracle.fetchText(user, path, first?.uid ?? 0)) ?? '';
      return await oracle.deliver(user, path, text.replaceAll('\n', '\r\n'), flags);
    };
    const uidsIn = async (path: string) => (await oracle.listMessages(user, path)).map(({ uid }) => uid);
    /** As a store without UIDPLUS leaves it. */
    const afterRemoval = (uid: number): number[] => (shape.without.includes('UIDPLUS') ? [1, uid] : [1]);

    /** The line breaks before the server has the draft; the next check may send it again. */
    const loseDraft = async (): Promise<void> => {
      const n = await start('APPEND');
      proxy.set({ ...line(), cut: { by: 'reset', when: 'before', n, share: 0 } });
      await check();
      proxy.set(line());
      goOn(LIMITS.resendGraceSeconds + 1);
    };

    it('and a draft that lands all the same is taken back, at once or a day later, unless somebody touched it', async () => {
      await loseDraft();
      await check();
      assert.equal((await readTimers(yard.deps.table, ref, 10)).length, 2);
      const soon = await doubleOf('Drafts', ['\\Draft', '\\Seen']);
      goOn(LIMITS.sweepSeconds);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await uidsIn('Drafts'), afterRemoval(soon));
      const late = await doubleOf('Drafts', ['\\Draft', '\\Seen']);
      const touched = await doubleOf('Drafts', ['\\Draft', '\\Seen', '\\Flagged']);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await uidsIn('Drafts'), [...afterRemoval(soon), late, touched]);
      goOn(LIMITS.sweepAgainSeconds);
      await checkUntilQuiet(yard, ref);
      const marked = shape.without.includes('UIDPLUS') ? [late] : [];
      assert.deepEqual(await uidsIn('Drafts'), [...afterRemoval(soon), ...marked, touched]);
      assert.deepEqual(await mirrorOf(yard, ref, 'Drafts'), await oracle.listMessages(user, 'Drafts'));
      assert.deepEqual(await readTimers(yard.deps.table, ref, 10), []);
      const head = await readHead(yard.deps.table, ref);
      assert.deepEqual([head?.timerAt, head?.waitUntil, head?.openJournal], [undefined, undefined, undefined]);
    });

    it('and a draft that lands all the same is taken back once, where both looks come due together', async () => {
      await loseDraft();
      await check();
      const late = await doubleOf('Drafts', ['\\Draft', '\\Seen']);
      goOn(LIMITS.sweepAgainSeconds);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await uidsIn('Drafts'), afterRemoval(late));
      const { parts } = await pageOfJournal(yard.deps.table, ref, { limit: 50 });
      assert.equal(parts.filter(({ part }) => part.kind === 'effect' && part.command.kind === 'remove').length, 1);
      assert.deepEqual(await readTimers(yard.deps.table, ref, 10), []);
    });

    it('and a folder that will not open when it is to be swept holds up nothing, and is swept later', async () => {
      await loseDraft();
      await checkUntilQuiet(yard, ref);
      proxy.set({ ...line(), oddities: [...shape.oddities, refusesDrafts] });
      goOn(LIMITS.sweepSeconds);
      assert.equal((await check())?.outcome, 'synced');
      await checkUntilQuiet(yard, ref);
      proxy.set(line());
      const double = await doubleOf('Drafts', ['\\Draft', '\\Seen']);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await uidsIn('Drafts'), [1, double]);
      goOn(LIMITS.timerAgainSeconds);
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await uidsIn('Drafts'), afterRemoval(double));
    });

    it('before anything was sent, however often, has nothing parked', async () => {
      await start('APPEND');
      for (let death = 0; death <= LIMITS.effectAttemptsMax; death += 1) {
        proxy.set({
          ...line(),
          before: async () => {
            const head = await readHead(yard.deps.table, ref);
            if (head?.openJournal !== undefined && head.leaseUntil !== 0) throw new Error('the line breaks');
          },
        });
        assert.equal((await check())?.outcome, 'failed', `death ${death}`);
        goOn(61);
      }
      assert.notEqual((await readHead(yard.deps.table, ref))?.openJournal, undefined);
      proxy.set(line());
      await checkUntilQuiet(yard, ref);
      await isRight('APPEND');
    });

    it('three times over a draft has it parked, and shown', async () => {
      await start('APPEND');
      for (let attempt = 1; attempt <= LIMITS.effectAttemptsMax; attempt += 1) {
        proxy.set({
          ...line(),
          before: async (n) => {
            if (/^APPEND /i.test(proxy.seen().commands[n - 1] ?? '')) throw new Error('the line breaks');
          },
        });
        assert.equal((await check())?.outcome, 'failed', `attempt ${attempt}`);
        goOn(LIMITS.resendGraceSeconds + 1);
      }
      proxy.set(line());
      await checkUntilQuiet(yard, ref);
      assert.deepEqual(await held('Drafts'), []);
      assert.deepEqual(await states(), ['parked']);
    });
  });
}
