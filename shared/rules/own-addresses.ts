/** Whether a person is the owner, under any of the owner's addresses. */
import type { EvaluateContext } from './context.ts';
import type { FactView } from './fact-view.ts';
import { fold } from './fold.ts';
import { domainOf, type Person } from './people.ts';

type IsMine = (person: Pick<Person, 'address' | 'domain'>) => boolean;

/** A test that needs to know the owner; undefined where no address is given. */
export const ownAddresses =
  (make: (isMine: IsMine) => (view: FactView) => boolean) =>
  (context: EvaluateContext): ((view: FactView) => boolean) | undefined => {
    const isMine = isMineOf(context.me);
    return isMine === undefined ? undefined : make(isMine);
  };

export const isMineOf = (me: readonly string[] | undefined): IsMine | undefined => {
  if (me === undefined || me.length === 0) return undefined;
  const mine = new Map<string, Set<string>>();
  for (const address of me) {
    const domain = domainOf(address);
    mine.set(domain, (mine.get(domain) ?? new Set()).add(userOf(fold(address))));
  }
  // By domain first: most people are of another one.
  return ({ address, domain }) => mine.get(domain)?.has(userOf(address)) === true;
};

/** `me+shop@example.com` is the owner too (subaddressing, RFC 5233). */
const userOf = (address: string): string => {
  const local = address.slice(0, Math.max(address.lastIndexOf('@'), 0));
  const plus = local.indexOf('+', 1);
  return plus < 0 ? local : local.slice(0, plus);
};
