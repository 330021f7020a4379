/** Mail that keeps coming while the demo runs: ten kinds in turn, with changing names, numbers and languages. */
import { composeLetter, type Letter } from './compose.ts';
import { DEMO_OWNER } from './mailbox.ts';

/** The n-th message, n from 0: the same n and now give the same bytes, and no two share a Message-ID. */
export const nextArrival = (n: number, now: Date): Buffer => {
  const kind = KINDS[n % KINDS.length] as Kind;
  const round = Math.floor(n / KINDS.length);
  const { id, ...letter } = kind({ n, round, number: 1_000 + n * 7 });
  return composeLetter({ ...letter, id: `${id}.${n}.${now.getTime()}@arrivals.example`, to: DEMO_OWNER, date: now });
};

type Turn = { readonly n: number; readonly round: number; readonly number: number };
type Kind = (turn: Turn) => Omit<Letter, 'to' | 'date'>;

const PEOPLE = [
  { name: 'Mira Castellanos', address: 'mira@harbour.example', place: 'the harbour' },
  { name: 'Søren Møller', address: 'soren@lighthouse.example', place: 'the lighthouse' },
  { name: '佐藤健', address: 'ken@sakura.example', place: 'the old town' },
  { name: 'Zoë Müller', address: 'zoe@survey.example', place: 'the river' },
  { name: 'Олег Мороз', address: 'oleg@karta.example', place: 'the northern coast' },
  { name: 'Amélie Lefèvre', address: 'amelie@atelier.example', place: 'the market square' },
] as const;

const SHOPS = ['Northwind Hosting', 'Möbelhaus Grün & Söhne', 'La Maison du Thé', 'Paper & Co', 'Bean There'] as const;
const THINGS = ['paper samples', 'a desk lamp', 'two chairs', 'green tea', 'coffee'] as const;
const TOPICS = ['Ferns', 'Moss', 'Window boxes 🌿', 'Autumn bulbs', 'Kräuter im Winter'] as const;

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
const cents = (number: number): string => `${(number % 190) + 10}.${String(number % 100).padStart(2, '0')} EUR`;

const KINDS: readonly Kind[] = [
  ({ round, number }) => ({
    id: 'invoice',
    from: { name: pick(SHOPS, round), address: 'billing@northwind.example' },
    subject: `Invoice ${number} for ${pick(THINGS, round)}`,
    text: `Hello Robin,\n\nattached is invoice ${number} over ${cents(number)}.\n\nThank you\n${pick(SHOPS, round)}\n`,
    attachment: { name: `invoice-${number}.txt`, type: 'text/plain', content: `Invoice ${number}: ${cents(number)}\n` },
  }),
  ({ round, number }) => ({
    id: 'forge',
    from: { name: pick(PEOPLE, round).name, address: 'notifications@forge.example' },
    subject: `[studio/atlas] Labels overlap near ${pick(PEOPLE, round).place} (Issue #${number})`,
    headers: [
      ['List-Id', 'studio/atlas <atlas.studio.forge.example>'],
      ['Precedence', 'list'],
    ],
    text: `The labels near ${pick(PEOPLE, round).place} overlap at zoom ${(round % 6) + 9}.\n\n-- \nView it: https://forge.example/studio/atlas/issues/${number}\n`,
  }),
  ({ round, number }) => ({
    id: 'question',
    from: pick(PEOPLE, round),
    subject: `A question about the map of ${pick(PEOPLE, round).place}`,
    text: `Hello Robin,\n\ncould you send me the map of ${pick(PEOPLE, round).place} in A${(number % 4) + 1}? We would like to hang it on the wall.\n\nThank you\n${pick(PEOPLE, round).name}\n`,
  }),
  ({ round, number }) => ({
    id: 'newsletter',
    from: { name: 'The Window Garden', address: 'post@window-garden.example' },
    subject: `${pick(TOPICS, round)}: letter ${number}`,
    headers: [
      ['List-Id', 'The Window Garden <weekly.window-garden.example>'],
      ['List-Unsubscribe', '<https://window-garden.example/leave/8c1>'],
      ['Precedence', 'bulk'],
    ],
    text: `${pick(TOPICS, round)}\n\nWater them in the morning, and not too much.\n`,
  }),
  ({ round }) => ({
    id: 'boss',
    from: { name: 'Helen Marsh', address: 'helen.marsh@studio.example' },
    subject: `${round % 2 === 0 ? 'URGENT: ' : ''}the map of ${pick(PEOPLE, round).place} for the client`,
    headers: round % 2 === 0 ? [['Importance', 'high']] : [],
    text: `Robin,\n\nthe client asks for the map of ${pick(PEOPLE, round).place}. When is it ready?\n\nHelen\n`,
  }),
  ({ round, number }) => ({
    id: 'receipt',
    from: { name: pick(SHOPS, round + 2), address: 'no-reply@bazaar.example' },
    subject: `Receipt ${number} for ${pick(THINGS, round + 2)}`,
    headers: [['Auto-Submitted', 'auto-generated']],
    text: `You paid ${cents(number)} for ${pick(THINGS, round + 2)}. Your receipt is attached.\n`,
    attachment: { name: `receipt-${number}.csv`, type: 'text/csv', content: `nr,amount\n${number},${cents(number)}\n` },
  }),
  ({ round, number }) => ({
    id: 'alert',
    from: { name: 'Account Security', address: 'no-reply@accounts.example' },
    subject: `New sign-in from ${pick(['Lisbon', 'Århus', 'Kyōto'], round)}: could you confirm it was you?`,
    headers: [['Auto-Submitted', 'auto-generated']],
    text: `Sign-in number ${number}. Could you confirm that it was you? Answers to this message are not read.\n`,
  }),
  ({ round, number }) => ({
    id: 'invitation',
    from: { name: 'Priya Nandakumar', address: 'priya@studio.example' },
    subject: `Invitation: talk about ${pick(PEOPLE, round).place}`,
    headers: [['Content-Class', 'urn:content-classes:calendarmessage']],
    text: `Half an hour about ${pick(PEOPLE, round).place}, in room ${(number % 5) + 1}.\n`,
    attachment: {
      name: 'invite.ics',
      type: 'text/calendar; charset=utf-8; method=REQUEST',
      content: `BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:talk-${number}\nSUMMARY:Talk\nEND:VEVENT\nEND:VCALENDAR\n`,
    },
  }),
  ({ round, number }) => ({
    id: 'spam',
    from: { name: 'CLAIM NOW', address: 'win@lucky.test' },
    subject: `YOU WON ${number},000 ${'!'.repeat((round % 3) + 1)}`,
    headers: [
      ['X-Spam-Flag', 'YES'],
      ['X-Spam-Score', '12.5'],
    ],
    text: `Dear winner, send a fee of ${(number % 90) + 10} to claim.\n`,
  }),
  ({ round, number }) => ({
    id: 'hello',
    from: pick(PEOPLE, round + 3),
    subject: `${pick(['Grüße aus den Bergen', 'Des nouvelles', 'こんにちは', 'Привет', 'Photos 📷'], round)} (${number})`,
    text: `${pick(['Liebe Grüße!', 'À bientôt !', 'お元気ですか。', 'Как дела?', 'See the photos 📷.'], round)}\n\n${pick(PEOPLE, round + 3).name}\n`,
  }),
];
