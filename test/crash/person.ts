/** The person whose mail it is, with a mail client of their own: they handle the very messages that rules are about. */
import type { Dice } from '../chaos/dice.ts';
import { connectRaw, type RawImap } from '../chaos/raw-imap.ts';
import { letter } from '../support/mail.ts';
import { nameOfLetter, SOAK_KINDS } from './soak-mail.ts';

export type Act = 'deliver' | 'moveOut' | 'moveBack' | 'delete' | 'flag' | 'unflag' | 'editDraft' | 'deleteDraft';
export const ACTS: readonly (readonly [weight: number, act: Act])[] = [
  [12, 'deliver'],
  [2, 'moveOut'],
  [2, 'moveBack'],
  [2, 'delete'],
  [2, 'flag'],
  [2, 'unflag'],
  [2, 'editDraft'],
  [1, 'deleteDraft'],
];

/** What the person did to a message. */
export type Deed = {
  touched: boolean;
  deleted: number;
  draftDealtWith: boolean;
  /** Where the person moved it last. */
  place?: string;
};

type Row = { readonly uid: number; readonly name: string; readonly isDoomed: boolean; readonly isOurDraft: boolean };

export const meetPerson = async (port: number, user: string, password: string) => {
  const client = await connectRaw(port, user, password);
  for (const folder of ['Filed', 'Elsewhere']) await client.send(`CREATE ${folder}`);
  const deeds = new Map<string, Deed>();
  /** Which message a UID of INBOX is. */
  const inbox = new Map<number, string>();
  let turn = Promise.resolve();

  const deedOf = (name: string): Deed => {
    const deed = deeds.get(name) ?? { touched: false, deleted: 0, draftDealtWith: false };
    deeds.set(name, deed);
    return deed;
  };
  const deliver = async (dice: Dice): Promise<string> => {
    const name = `${dice.one(SOAK_KINDS)}-${deeds.size + 1}`;
    deedOf(name);
    const source = letter({ subject: name, id: name, from: 'Carol <carol@example.net>' });
    const { status } = await client.send(`APPEND INBOX () {${Buffer.byteLength(source)}+}\r\n${source}`);
    inbox.set(Number(/APPENDUID \d+ (\d+)/.exec(status)?.[1]), name);
    return name;
  };
  const expunge = async (uid: number): Promise<void> => {
    await client.send(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
    await client.send(`UID EXPUNGE ${uid}`);
  };
  const perform = async (act: Act, dice: Dice): Promise<string> => {
    if (act === 'deliver') return await deliver(dice);
    const isDraft = act === 'editDraft' || act === 'deleteDraft';
    const folder = isDraft ? 'Drafts' : act === 'moveBack' ? 'Filed' : dice.one(['INBOX', 'INBOX', 'Filed', 'Archive']);
    const rows = (await rowsOf(client, folder)).filter((row) => !row.isDoomed && row.isOurDraft === isDraft);
    const [row] = dice.some(rows, 1);
    if (row === undefined) return 'nothing';
    const { uid, name } = row;
    const deed = deedOf(name);
    if (isDraft) {
      deed.draftDealtWith = true;
      const edited = letter({ subject: `Re: ${name}`, body: 'Thank you, but no.', from: 'alice@example.com' });
      if (act === 'editDraft') {
        await client.send(`APPEND Drafts (\\Draft \\Seen) {${Buffer.byteLength(edited)}+}\r\n${edited}`);
      }
      await expunge(uid);
    } else {
      deed.touched = true;
      if (act === 'delete') {
        await expunge(uid);
        deed.deleted += 1;
      } else if (act === 'flag' || act === 'unflag') {
        await client.send(`UID STORE ${uid} ${act === 'flag' ? '+' : '-'}FLAGS.SILENT (\\Flagged)`);
      } else {
        const to = act === 'moveBack' ? 'INBOX' : 'Elsewhere';
        const { text, status } = await client.send(`UID MOVE ${uid} ${to}`);
        deed.place = to;
        const moved = Number(/COPYUID \d+ \d+ (\d+)/.exec(text + status)?.[1]);
        if (act === 'moveBack') inbox.set(moved, name);
      }
    }
    return `${folder} ${uid} ${name}`;
  };

  return {
    deeds: deeds as ReadonlyMap<string, Deed>,
    inbox: inbox as ReadonlyMap<number, string>,
    /** One after the other, whoever asks. What it was done to. */
    act: (act: Act, dice: Dice): Promise<string> => {
      const done = turn.then(() => perform(act, dice));
      turn = done.then(
        () => undefined,
        () => undefined,
      );
      return done;
    },
    leave: () => client.close(),
  };
};

export type Person = Awaited<ReturnType<typeof meetPerson>>;

const rowsOf = async (client: RawImap, folder: string): Promise<Row[]> => {
  await client.send(`SELECT ${folder}`);
  const fields = 'SUBJECT IN-REPLY-TO X-MAILYARD-EFFECT';
  const { text } = await client.send(`UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (${fields})])`);
  return text.split(/^\* \d+ FETCH /m).flatMap((row) => {
    const uid = Number(/UID (\d+)/.exec(row)?.[1]);
    const isOurDraft = /^X-Mailyard-Effect:/im.test(row);
    const [, subject] = /^Subject: ?(.*)\r$/im.exec(row) ?? [];
    const name = isOurDraft ? /^In-Reply-To: <(.*?)@/im.exec(row)?.[1] : nameOfLetter(subject ?? '');
    return Number.isNaN(uid) || name === undefined ? [] : [{ uid, name, isDoomed: /\\Deleted/i.test(row), isOurDraft }];
  });
};
