/** Lists of addresses and domains that the owner keeps beside the rules, to be named by `inList`. */
import { domainToASCII } from 'node:url';
import { type FieldProblem, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { fold } from './fold.ts';

/** Folded entries: addresses, and domains as `@example.com`. */
export type NamedList = ReadonlySet<string>;

/** Entries as they are kept: folded, sorted, each once. Throws `validation.failed` with pointers below `above`. */
export const entriesOf = (entries: readonly string[], above = '/entries'): string[] =>
  [...parseNamedList(entries, above)].sort();

/** Reads entries as an owner writes them: `ann@example.com`, `@example.com` or `example.com`. Throws `validation.failed`. */
export const parseNamedList = (entries: readonly string[], above = ''): NamedList => {
  if (entries.length > LIMITS.listEntriesMax) throw invalid([{ pointer: above, detail: TOO_MANY }]);
  const problems: FieldProblem[] = [];
  const list = new Set<string>();
  for (const [n, entry] of entries.entries()) {
    const read = entry.length > LIMITS.listEntryCharsMax ? undefined : readEntry(entry.trim());
    if (read !== undefined) list.add(read);
    else if (problems.length < 20)
      problems.push({ pointer: `${above}/${n}`, detail: 'must be an address or a domain' });
  }
  if (problems.length > 0) throw invalid(problems);
  return list;
};

const TOO_MANY = `must be at most ${LIMITS.listEntriesMax} entries`;

const readEntry = (entry: string): string | undefined => {
  const at = entry.lastIndexOf('@');
  const local = at < 0 ? '' : entry.slice(0, at);
  const domain = domainToASCII(fold(entry.slice(at + 1)));
  return domain === '' || !domain.includes('.') || /\s/.test(local) ? undefined : `${fold(local)}@${domain}`;
};

/** Whether the address, or its domain (not a domain above it), is in the list; both folded, the domain in its ASCII form. */
export const isListed = (list: NamedList, { address, domain }: { address: string; domain: string }): boolean =>
  list.has(`${address.slice(0, address.lastIndexOf('@'))}@${domain}`) || list.has(`@${domain}`);

const invalid = (fields: readonly FieldProblem[]): MailyardError =>
  new MailyardError('validation.failed', `the list ${fields[0]?.detail ?? 'is not right'}`, { fields });
