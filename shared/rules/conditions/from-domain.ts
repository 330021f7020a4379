/** `fromDomain`: From has an address in the domain, or in a domain below it. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { asciiDomain } from '../people.ts';

const domainSchema = z
  .string('must be a domain such as example.com')
  .max(LIMITS.hostCharsMax, `must be at most ${LIMITS.hostCharsMax} characters`)
  .refine(
    (text) => text.isWellFormed() && /^[^\s@.]+(\.[^\s@.]+)*$/.test(text),
    'must be a domain such as example.com',
  );

const schema = z.union(
  [
    domainSchema,
    z
      .array(domainSchema, 'must be a list of domains')
      .min(1, 'must name a domain')
      .max(LIMITS.textsPerConditionMax, `must be at most ${LIMITS.textsPerConditionMax} domains`),
  ],
  'must be a domain such as example.com, or a list of them',
);

export const fromDomainCondition: ConditionKind<string | string[]> = {
  name: 'fromDomain',
  schema,
  needs: () => ({ headers: ['from'] }),
  compile: (value) => {
    const written = [value].flat();
    const domains = written.map(asciiDomain);
    const named = written.slice(0, 3).map(quoted).join(' or ');
    const says = verdicts(`is from ${named}`, `is not from ${named}`);
    return (view) =>
      says(
        view.persons('from').some(({ domain }) => domains.some((one) => domain === one || domain.endsWith(`.${one}`))),
      );
  },
};
