/** What an owner sends to have a draft written: a message of its own, or a reply to one that is there. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { DraftWanted } from '../service/write-draft.ts';
import { bodyOf } from './parse-body.ts';

const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

const line = (bytesMax: number) =>
  z
    .string('must be a text')
    .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true })
    .refine((text) => !CONTROL.test(text), { error: 'must not hold control characters', abort: true })
    .refine((text) => Buffer.byteLength(text) <= bytesMax, `must be at most ${bytesMax} bytes`);

const text = z
  .string('must be a text')
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
  .refine(
    (value) => Buffer.byteLength(value) <= LIMITS.draftTextBytesMax,
    `must be at most ${LIMITS.draftTextBytesMax} bytes`,
  );

const address = strictObject({
  name: line(LIMITS.nameCharsMax).optional(),
  address: line(LIMITS.userCharsMax).regex(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/, 'must be a mail address'),
});

const people = z
  .array(address, 'must be a list of addresses')
  .max(LIMITS.draftRecipientsMax, `must be at most ${LIMITS.draftRecipientsMax} addresses`);

export const draftBody = bodyOf(
  z.union(
    [
      strictObject({
        inReplyTo: z.string('must be a message id').min(1, 'must not be empty').max(256),
        text,
        subject: line(LIMITS.draftSubjectBytesMax).optional(),
        quote: z.boolean('must be true or false').default(true).describe('Quotes the message under the reply'),
      }),
      strictObject({
        to: people.default([]),
        cc: people.optional(),
        bcc: people.optional(),
        subject: line(LIMITS.draftSubjectBytesMax).default(''),
        text,
      }),
    ],
    'must be a message with to, cc, bcc, subject and text, or a reply with inReplyTo and text',
  ),
);

type Body = z.output<typeof draftBody.schema>;
type Person = { readonly name?: string | undefined; readonly address: string };

export const draftOf = (body: Body): DraftWanted => {
  if ('inReplyTo' in body) {
    const { inReplyTo, text: words, subject, quote } = body;
    // Who writes by hand knows whom they answer.
    const draft = { text: words, quote, evenIfAutomatic: true, ...(subject === undefined ? {} : { subject }) };
    return { inReplyTo, draft };
  }
  const { to, cc, bcc, subject, text: words } = body;
  return {
    to: to.map(personOf),
    ...(cc === undefined ? {} : { cc: cc.map(personOf) }),
    ...(bcc === undefined ? {} : { bcc: bcc.map(personOf) }),
    subject,
    text: words,
  };
};

const personOf = ({ name, address: at }: Person) => ({ address: at, ...(name === undefined ? {} : { name }) });
