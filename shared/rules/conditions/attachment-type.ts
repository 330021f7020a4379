/** `attachmentType`: an attachment is of the media type, as its sender labelled it; `image/*` is any image. */
import * as z from 'zod';
import { isAttachment } from '../../mail/parts.ts';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';

// RFC 6838 section 4.2
const typeSchema = z
  .string('must be a media type such as application/pdf')
  .regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63}\/(\*|[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63})$/, {
    error: 'must be a media type such as application/pdf, or image/* for all of a kind',
  })
  .toLowerCase();

const schema = z.union(
  [
    typeSchema,
    z.array(typeSchema, 'must be a list of media types').min(1, 'must name a type').max(50, 'must be at most 50'),
  ],
  'must be a media type such as application/pdf, or a list of them',
);

const NOT_READ = unknown('the structure was not read');

export const attachmentTypeCondition: ConditionKind<string | string[]> = {
  name: 'attachmentType',
  schema,
  needs: () => ({ structure: true }),
  compile: (value) => {
    const types = [value].flat();
    const named = types.slice(0, 3).map(quoted).join(' or ');
    const says = verdicts(`has an attachment of type ${named}`, `has no attachment of type ${named}`);
    const fits = (type: string) =>
      types.some((one) => (one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : type === one));
    return ({ facts: { parts } }) =>
      parts === undefined ? NOT_READ : says(parts.some((part) => isAttachment(part) && fits(part.type)));
  },
};
