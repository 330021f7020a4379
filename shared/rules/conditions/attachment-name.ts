/** `attachmentName`: the name of an attachment fits the text. */
import { isAttachment } from '../../mail/parts.ts';
import { type ConditionKind, unknown } from '../condition-kind.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { textsOf } from '../texts.ts';

const NOT_READ = unknown('the structure was not read');

export const attachmentNameCondition: ConditionKind<TextMatch> = {
  name: 'attachmentName',
  schema: textMatchSchema,
  needs: () => ({ structure: true }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return ({ facts: { parts } }) => {
      if (parts === undefined) return NOT_READ;
      return says(holds(textsOf(parts.filter(isAttachment).flatMap(({ name }) => name ?? []))));
    };
  },
};
