/** What holds however requests run into each other: database calls of several requests are put in random order. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type Faults, faultsOn, killAt } from '../support/faults.ts';
import {
  type Answered,
  type ApiUnderTest,
  allItems,
  assertProblem,
  listed,
  putAccount,
  RULE,
  startApi,
} from './api-under-test.ts';

let api: ApiUnderTest;
let faults: Faults;
let tenants = 0;
const clock = { skewMs: 0 };
before(async () => {
  api = await startApi({ now: () => Date.now() + clock.skewMs });
  faults = faultsOn(api.table);
});
after(() => api.stop());

const newTenant = (): string => {
  tenants += 1;
  return `tenant-${tenants}`;
};
const rulesOf = async (tenant: string) => listed(await api.call('GET', '/v1/rules', { tenant }), 'rules');
const named = (name: string) => ({ ...RULE, name });
const create = (tenant: string, key: string, body: object) =>
  api.call('POST', '/v1/rules', { tenant, body, headers: { 'Idempotency-Key': key } });

/** Runs the requests at once, the order of their database calls left to fast-check. */
const interleaved = async (s: fc.Scheduler, requests: readonly (() => Promise<Answered>)[]): Promise<Answered[]> => {
  faults.set({ before: ({ command }) => s.schedule(Promise.resolve(), command) });
  try {
    return await s.waitFor(Promise.all(requests.map((request) => request())));
  } finally {
    faults.clear();
  }
};

const codeOf = ({ json }: Answered): string => String(json['type']).replace('urn:mailyard:problem:', '');

test('a key makes one thing and gives one answer; another body under it is refused', async () => {
  const sends = fc.array(fc.record({ key: fc.constantFrom('k1', 'k2'), name: fc.constantFrom('A', 'B') }), {
    minLength: 2,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), sends, async (s, some) => {
      const tenant = newTenant();
      const answers = await interleaved(
        s,
        some.map(
          ({ key, name }) =>
            () =>
              create(tenant, key, named(name)),
        ),
      );
      const rules = await rulesOf(tenant);
      assert.equal(rules.length, new Set(some.map(({ key }) => key)).size);
      for (const key of ['k1', 'k2']) {
        const ours = answers.filter((_, i) => some[i]?.key === key);
        const made = ours.filter(({ status }) => status === 201);
        assert.equal(
          new Set(made.map(({ text, headers }) => text + headers['etag'] + headers['location'])).size <= 1,
          true,
        );
        const [one] = made;
        for (const [i, answer] of answers.entries()) {
          if (some[i]?.key !== key || one === undefined) continue;
          const isSame = some[i]?.name === String(one.json['name']);
          // One that finds another at it for too long is told so, and may send it again.
          if (isSame && answer.status !== 201) assert.equal(codeOf(answer), 'conflict');
          if (!isSame) assertProblem(answer, 'idempotency.reused', 422);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('a worker killed at any database call is followed by one that makes the same thing, and no second', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.constantFrom('before', 'after'), async (at, when) => {
      const tenant = newTenant();
      faults.set(killAt(at, when as 'before' | 'after'));
      const first = await create(tenant, 'k', named('A'));
      faults.clear();
      clock.skewMs += (LIMITS.idempotencyLeaseSeconds + 1) * 1_000;
      const second = await create(tenant, 'k', named('A'));
      assert.equal(second.status, 201, second.text);
      if (first.status === 201) assert.equal(first.text, second.text);
      assert.deepEqual(
        (await rulesOf(tenant)).map(({ id }) => id),
        [second.json['id']],
      );
    }),
    { numRuns: 15 },
  );
});

test('after its hours a key is free for something else; a request that was refused leaves it free at once', async () => {
  const tenant = newTenant();
  const first = await create(tenant, 'k', named('A'));
  clock.skewMs += (LIMITS.idempotencyHours * 3_600 - 60) * 1_000;
  assertProblem(await create(tenant, 'k', named('B')), 'idempotency.reused', 422);
  clock.skewMs += 61_000;
  const second = await create(tenant, 'k', named('B'));
  assert.deepEqual([second.status, second.json['id'] === first.json['id']], [201, false]);
  const elsewhere = { ...RULE, accountIds: ['nowhere'] };
  assertProblem(await create(tenant, 'free', elsewhere), 'validation.failed', 422);
  assert.equal((await create(tenant, 'free', named('C'))).status, 201);
});

test('a key is good for one route and one tenant, on every POST', async () => {
  const tenant = newTenant();
  const headers = { 'Idempotency-Key': 'k', 'If-Match': '*' };
  await create(tenant, 'k', named('A'));
  const posts = (ROUTES as readonly Route[]).filter(({ method }) => method === 'POST');
  assert.ok(posts.length > 20, String(posts.length));
  for (const { path, example } of posts) {
    const query = new URLSearchParams(example?.query).toString();
    const answer = await api.call('POST', path.replace(/\{\w+\}/g, '1'), {
      tenant,
      query,
      headers,
      ...(example?.body === undefined ? {} : { body: example.body }),
    });
    assertProblem(answer, 'idempotency.reused', 422);
  }
  assert.equal((await create(newTenant(), 'k', named('B'))).status, 201);
});

test('neither key, nor body, nor answer can be read in what is kept', async () => {
  const tenant = newTenant();
  await create(tenant, 'canary-key', named('canary-body'));
  const kept = (await allItems(api.table)).filter(({ pk, sk }) => pk === `T#${tenant}` && String(sk).startsWith('I#'));
  assert.equal(kept.length, 1);
  assert.ok(Number(kept[0]?.['expiresAt']) > 0);
  const text = kept.map((item) =>
    JSON.stringify({ ...item, answer: Buffer.from(item['answer'] as Uint8Array).toString('latin1') }),
  );
  assert.doesNotMatch(text.join(), /canary|billing/);
});

test('of changes made from one revision one is taken; none is lost, none overwritten unseen', async () => {
  const writers = fc.array(fc.record({ any: fc.boolean(), times: fc.integer({ min: 1, max: 2 }) }), {
    minLength: 2,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), writers, async (s, some) => {
      const tenant = newTenant();
      const made = await api.call('POST', '/v1/rules', { tenant, body: named('0') });
      const path = String(made.headers['location']);
      const taken: { readonly from: string; readonly to: string; readonly name: string }[] = [];
      const write = async (writer: number, any: boolean, times: number): Promise<Answered> => {
        let last = made;
        for (let i = 0; i < times; i += 1) {
          const read = await api.call('GET', path, { tenant });
          const from = String(read.headers['etag']);
          const name = `${writer}.${i}`;
          last = await api.call('PUT', path, { tenant, body: named(name), headers: { 'If-Match': any ? '*' : from } });
          if (last.status === 200) taken.push({ from: any ? '*' : from, to: String(last.headers['etag']), name });
          else assertProblem(last, 'precondition.failed', 412);
        }
        return last;
      };
      await interleaved(
        s,
        some.map(
          ({ any, times }, writer) =>
            () =>
              write(writer, any, times),
        ),
      );
      const revisions = taken.map(({ to }) => Number(to.slice(1, -1))).sort((a, b) => a - b);
      assert.deepEqual(
        revisions,
        revisions.map((_, i) => i + 2),
        'each change made one revision of its own',
      );
      for (const { from, to } of taken) if (from !== '*') assert.equal(to, `"${Number(from.slice(1, -1)) + 1}"`);
      const read = await api.call('GET', path, { tenant });
      const newest = taken.find(({ to }) => to === read.headers['etag']);
      assert.equal(read.json['name'], newest?.name ?? '0');
    }),
    { numRuns: 15 },
  );
});

test('of a change and a deletion made from one revision, one is taken', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const tenant = newTenant();
      const made = await api.call('POST', '/v1/rules', { tenant, body: named('0') });
      const path = String(made.headers['location']);
      const headers = { 'If-Match': '"1"' };
      const [put, gone] = await interleaved(s, [
        () => api.call('PUT', path, { tenant, body: named('1'), headers }),
        () => api.call('DELETE', path, { tenant, headers }),
      ]);
      assert.equal([put, gone].filter((answer) => (answer?.status ?? 500) < 300).length, 1);
      assert.equal((await rulesOf(tenant)).length, put?.status === 200 ? 1 : 0);
    }),
    { numRuns: 10 },
  );
});

type Kind = {
  readonly path: string;
  /** Of the list in an answer, and of what tells its rows apart. */
  readonly list: string;
  readonly key: string;
  /** Makes one and gives its key; where in the order it comes is left to chance. */
  readonly make: (tenant: string) => Promise<string>;
  readonly removePath: string;
};

const newName = () => `n${randomBytes(6).toString('hex')}`;
const post = async (tenant: string, path: string, body: object, key: string): Promise<string> =>
  String((await api.call('POST', path, { tenant, body })).json[key]);
const makeAccount = async (tenant: string) => (await putAccount(api.table, tenant, newName())).id;

const RULES: Kind = {
  path: '/v1/rules',
  list: 'rules',
  key: 'id',
  make: (tenant) => post(tenant, '/v1/rules', RULE, 'id'),
  removePath: '/v1/rules',
};
const ACCOUNTS: Kind = {
  path: '/v1/accounts',
  list: 'accounts',
  key: 'id',
  make: makeAccount,
  removePath: '/v1/accounts',
};
const KINDS: readonly Kind[] = [
  RULES,
  ACCOUNTS,
  { ...ACCOUNTS, path: '/v1/health', list: 'health', key: 'accountId' },
  {
    path: '/v1/lists',
    list: 'lists',
    key: 'name',
    make: (tenant) => post(tenant, '/v1/lists', { name: newName(), entries: [] }, 'name'),
    removePath: '/v1/lists',
  },
  {
    path: '/v1/webhooks',
    list: 'webhooks',
    key: 'id',
    make: (tenant) => post(tenant, '/v1/webhooks', { url: 'https://hooks.example.test/' }, 'id'),
    removePath: '/v1/webhooks',
  },
];

// Folders, messages and activity have others than their owner to make and delete them: test/service/read-*.test.ts.
for (const { path, list, key, make, removePath } of KINDS) {
  test(`pages of ${list} hold what was there from beginning to end exactly once, whatever is made and deleted meanwhile`, async () => {
    const acts = fc.array(fc.constantFrom('make', 'delete'), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), acts, async (limit, some) => {
        const tenant = newTenant();
        const staying = [await make(tenant), await make(tenant), await make(tenant)];
        const passing = [await make(tenant), await make(tenant)];
        const seen: unknown[] = [];
        let query: string | undefined = `limit=${limit}`;
        let act = 0;
        while (query !== undefined) {
          const page: Answered = await api.call('GET', path, { tenant, query });
          const rows = listed(page, list);
          assert.ok(rows.length <= limit);
          seen.push(...rows.map((row) => row[key]));
          if (some[act] === 'make') passing.push(await make(tenant));
          const headers = { 'If-Match': '*' };
          if (some[act] === 'delete') await api.call('DELETE', `${removePath}/${passing.pop()}`, { tenant, headers });
          act += 1;
          const next = page.json['nextCursor'];
          query = next === undefined ? undefined : `limit=${limit}&cursor=${next}`;
        }
        assert.equal(new Set(seen).size, seen.length, 'none twice');
        for (const one of staying) assert.ok(seen.includes(one), 'none left out');
      }),
      { numRuns: 5 },
    );
  });
}
