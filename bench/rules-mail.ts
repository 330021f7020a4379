/** Mail to be filed by five rules, the same five in three languages, and what they have to come to. */
import type { FixtureUser } from './fixture-mail.ts';
import { seededRandom } from './random.ts';
import { openRawImap, type RawImap } from './raw-imap.ts';

/** Of 100 messages so many match: `billing` and `list` are moved, the others stay. Drawn one by one, they may overlap. */
export type Shares = { readonly [What in 'billing' | 'list' | 'urgent' | 'robot' | 'team']: number };
export const NEW_MAIL: Shares = { billing: 3, list: 4, urgent: 5, robot: 8, team: 10 };
/** Most of what is kept is none of the rules' business: 100,000 hold about 4,100 to be moved. */
export const OLD_MAIL: Shares = { billing: 1.8, list: 2.3, urgent: 0.2, robot: 0.2, team: 0.2 };

export const FOLDERS = ['Bills', 'Lists'] as const;
const APPENDS_AT_ONCE = 500;

/** As an owner posts them. Flags come before moves, so that every tool can do them in one order. */
export const RULES: readonly object[] = [
  { name: 'Urgent', conditions: { subject: '[urgent]' }, actions: [{ type: 'flag' }] },
  { name: 'Robots', conditions: { from: 'robot@' }, actions: [{ type: 'markSeen' }] },
  {
    name: 'Team',
    conditions: { to: 'team@example.com' },
    actions: [{ type: 'addKeywords', keywords: ['team'] }],
  },
  {
    name: 'Bills',
    conditions: { from: 'billing@' },
    actions: [{ type: 'move', mailbox: { path: 'Bills' } }],
    stopProcessingRules: true,
  },
  {
    name: 'Lists',
    conditions: { header: ['List-Id', 'weekly.example.org'] },
    actions: [{ type: 'move', mailbox: { path: 'Lists' } }],
  },
].map((rule, sequence) => ({ ...rule, sequence }));

export const LUA = `
messages = account.INBOX:contain_subject('[urgent]')
messages:mark_flagged()
messages = account.INBOX:contain_from('robot@')
messages:mark_seen()
messages = account.INBOX:contain_to('team@example.com')
messages:add_flags({ 'team' })
messages = account.INBOX:contain_from('billing@')
messages:move_messages(account['Bills'])
messages = account.INBOX:contain_field('List-Id', 'weekly.example.org')
messages:move_messages(account['Lists'])
`;

export const SIEVE = `require ["fileinto", "imap4flags"];
if header :contains "subject" "[urgent]" { addflag "\\\\Flagged"; }
if header :contains "from" "robot@" { addflag "\\\\Seen"; }
if header :contains "to" "team@example.com" { addflag "team"; }
if header :contains "from" "billing@" { fileinto "Bills"; stop; }
if header :contains "list-id" "weekly.example.org" { fileinto "Lists"; stop; }
`;

/** The folders that the rules file into; a folder has no UIDVALIDITY until it was opened once. */
export const makeFolders = async (port: number, account: FixtureUser): Promise<void> => {
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${account.user} ${account.password}`, 'ENABLE CONDSTORE');
  await imap.ask(...FOLDERS.map((name) => `CREATE ${name}`));
  await imap.ask('LIST "" "*" RETURN (STATUS (UIDVALIDITY HIGHESTMODSEQ))');
  await imap.ask('LOGOUT');
  imap.close();
};

export type Outcome = Readonly<Record<'INBOX' | 'Bills' | 'Lists' | 'flagged' | 'seen' | 'team', number>>;

type Drawn = { readonly [What in keyof Shares]: boolean };

/** The same mail for the same seed; `expected` grows to what the rules have to make of an INBOX that holds nothing else. */
function* drawMail(
  count: number,
  seed: number,
  shares: Shares,
  expected: Record<keyof Outcome, number>,
): Generator<string> {
  const random = seededRandom(seed);
  const drawn = (share: number): boolean => random() * 100 < share;
  for (let nth = 0; nth < count; nth += 1) {
    const is: Drawn = {
      billing: drawn(shares.billing),
      list: drawn(shares.list),
      urgent: drawn(shares.urgent),
      robot: drawn(shares.robot),
      team: drawn(shares.team),
    };
    expected[is.billing ? 'Bills' : is.list ? 'Lists' : 'INBOX'] += 1;
    if (is.urgent) expected.flagged += 1;
    if (is.robot && !is.billing) expected.seen += 1;
    if (is.team) expected.team += 1;
    yield message(nth, is, random);
  }
}

const nothing = (): Record<keyof Outcome, number> => ({ INBOX: 0, Bills: 0, Lists: 0, flagged: 0, seen: 0, team: 0 });

/** What is to come of mail that was delivered before. */
export const expectedOf = (count: number, seed: number, shares: Shares): Outcome => {
  const expected = nothing();
  for (const _ of drawMail(count, seed, shares, expected));
  return expected;
};

/** Delivers into INBOX; gives what the rules have to make of an INBOX that held nothing else. */
export const deliverMail = async (
  port: number,
  account: FixtureUser,
  count: number,
  seed: number,
  shares: Shares = NEW_MAIL,
): Promise<Outcome> => {
  const expected = nothing();
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${account.user} ${account.password}`, 'SELECT INBOX');
  let parts: string[] = [];
  const send = async (): Promise<void> => {
    if (parts.length > 0) await imap.ask(['APPEND INBOX', ...parts].join(''));
    parts = [];
  };
  for (const text of drawMail(count, seed, shares, expected)) {
    parts.push(` () {${text.length}+}\r\n${text}`);
    if (parts.length === APPENDS_AT_ONCE) await send();
  }
  await send();
  await imap.ask('LOGOUT');
  imap.close();
  return expected;
};

/** ASCII alone, so that characters are bytes. About 2 KB, as ordinary mail has headers. */
const message = (nth: number, is: Drawn, random: () => number): string => {
  const who = Math.floor(random() * 500);
  const sender = is.billing ? 'billing' : is.robot ? 'robot' : `person${who}`;
  return [
    'Return-Path: <bounces@lists.example.org>',
    ...Array.from(
      { length: 4 },
      (_, hop) =>
        `Received: from mx${hop}.example.org (mx${hop}.example.org [192.0.2.${hop}]) by mx.example.com; ${DATE}`,
    ),
    `From: Sender ${who} <${sender}@example.org>`,
    `To: ${is.team ? 'team' : 'bench'}@example.com`,
    `Subject: ${is.urgent ? '[urgent] ' : ''}Message ${nth}`,
    `Date: ${DATE}`,
    `Message-ID: <filing.${nth}.${who}@example.org>`,
    ...(is.list ? ['List-Id: The week <weekly.example.org>'] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    ...Array.from(
      { length: 12 },
      () => 'A line of words that no rule of this bench reads, but every mail server keeps.',
    ),
    '',
  ].join('\r\n');
};

const DATE = 'Mon, 03 Mar 2025 10:00:00 +0000';

/** What an account looks like now. */
export const outcomeOf = async (port: number, account: FixtureUser): Promise<Outcome> => {
  const imap = await openRawImap({ port });
  await imap.ask(`LOGIN ${account.user} ${account.password}`);
  const counts = { INBOX: 0, Bills: 0, Lists: 0, flagged: 0, seen: 0, team: 0 };
  for (const folder of ['INBOX', ...FOLDERS] as const) {
    counts[folder] = await countOf(imap, folder, 'ALL');
    counts.flagged += await countOf(imap, folder, 'FLAGGED');
    counts.seen += await countOf(imap, folder, 'SEEN');
    counts.team += await countOf(imap, folder, 'KEYWORD team');
  }
  await imap.ask('LOGOUT');
  imap.close();
  return counts;
};

const countOf = async (imap: RawImap, folder: string, query: string): Promise<number> => {
  const text = await imap.ask(`EXAMINE ${folder}`, `SEARCH RETURN (COUNT) ${query}`);
  return Number(/ESEARCH .*COUNT (\d+)/.exec(text)?.[1] ?? Number.NaN);
};
