/** Gmail's filters: the API's list (`{"filter": [...]}`), and the mailFilters.xml that its settings export. */
import { LIMITS } from '../../limits.ts';
import { translateQuery } from './gmail-query.ts';
import {
  type Imported,
  importAll,
  isRecord,
  parseJson,
  type Source,
  type Translation,
  unreadable,
} from './imported.ts';
import { readFilterEntries } from './mail-filters-xml.ts';

/** `labels`: names by the ids of the owner's own labels, which say nothing by themselves. */
export const importGmail = (text: string, labels: ReadonlyMap<string, string> = new Map()): Imported => {
  const parsed = parseJson(text);
  const filters = isRecord(parsed) ? parsed['filter'] : parsed;
  if (!Array.isArray(filters) || !filters.every(isRecord)) throw unreadable('holds no filters');
  return importAll(filters.map((filter) => sourceOf(fromApi(filter, labels))));
};

export const importMailFilters = (xml: string): Imported => {
  if (Buffer.byteLength(xml) > LIMITS.importBytesMax)
    throw unreadable(`must be at most ${LIMITS.importBytesMax} bytes`);
  const entries = readFilterEntries(xml);
  if (entries.length === 0) throw unreadable('holds no filters');
  return importAll(entries.map((entry) => sourceOf(fromXml(entry))));
};

/** A filter as either of its two forms says it. */
type Filter = {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly query?: string;
  readonly negatedQuery?: string;
  readonly hasAttachment?: boolean;
  readonly size?: { readonly bytes: number; readonly isLarger: boolean };
  readonly does: ReadonlySet<'archive' | 'seen' | 'star' | 'trash' | 'important' | 'unimportant'>;
  readonly labels: readonly string[];
  readonly missing: readonly (readonly [field: string, reason: string])[];
};

const sourceOf = (filter: Filter): Source => ({
  name: [filter.from, filter.to, filter.subject, filter.query].find((text) => text !== undefined && text !== '') ?? '',
  translate: (into) => {
    for (const [field, reason] of filter.missing) into.miss(field, reason);
    translateCriteria(filter, into);
    translateActions(filter, into);
  },
});

const translateCriteria = (filter: Filter, { conditions, exceptions, miss }: Translation): void => {
  const query = (field: string, text: string | undefined, names: readonly string[], found: object[]) => {
    if (text === undefined || text.trim() === '') return;
    const translated = translateQuery(text, names);
    if (typeof translated === 'string') miss(field, translated);
    else found.push(translated);
  };
  query('from', filter.from, ['from'], conditions);
  query('to', filter.to, ['to', 'cc', 'bcc'], conditions);
  query('subject', filter.subject, ['subject'], conditions);
  query('query', filter.query, ['text'], conditions);
  query('negatedQuery', filter.negatedQuery, ['text'], exceptions);
  if (filter.hasAttachment === true) conditions.push({ hasAttachment: true });
  if (filter.size !== undefined) {
    conditions.push(filter.size.isLarger ? { minSize: filter.size.bytes + 1 } : { maxSize: filter.size.bytes });
  }
};

/** A label is a folder to every other client: with archiving it is a move, without it a copy. */
const translateActions = ({ does, labels }: Filter, { actions, miss }: Translation): void => {
  if (does.has('seen')) actions.push({ type: 'markSeen' });
  if (does.has('star')) actions.push({ type: 'flag' });
  if (does.has('important')) actions.push({ type: 'setImportance', importance: 'high' });
  if (does.has('unimportant')) actions.push({ type: 'setImportance', importance: 'normal' });
  const goes = does.has('archive') && !does.has('trash');
  const [first, ...others] = labels;
  const copies = goes ? others : labels;
  for (const path of copies) actions.push({ type: 'copy', mailbox: { path }, create: true });
  if (does.has('trash')) actions.push({ type: 'trash' });
  else if (goes && first !== undefined) actions.push({ type: 'move', mailbox: { path: first }, create: true });
  else if (goes) actions.push({ type: 'archive' });
  if (does.has('important') && does.has('unimportant')) miss('action', 'marks as important and as not important');
};

const FORWARDS = 'would send mail, which is not done here; createDraft prepares it for you';
const NEVER_SPAM = 'there is no such action here: what the server takes for junk never comes to the inbox';

const fromApi = (filter: Readonly<Record<string, unknown>>, names: ReadonlyMap<string, string>): Filter => {
  const criteria = isRecord(filter['criteria']) ? filter['criteria'] : {};
  const action = isRecord(filter['action']) ? filter['action'] : {};
  const list = (name: string) => (Array.isArray(action[name]) ? action[name].map(String) : []);
  const [added, removed] = [list('addLabelIds'), list('removeLabelIds')];
  const does = new Set<'archive' | 'seen' | 'star' | 'trash' | 'important' | 'unimportant'>();
  const missing: [string, string][] = [];
  const labels: string[] = [];
  for (const id of added) {
    if (id === 'STARRED') does.add('star');
    else if (id === 'TRASH') does.add('trash');
    else if (id === 'IMPORTANT') does.add('important');
    else if (names.has(id)) labels.push(names.get(id) ?? '');
    else missing.push(['action.addLabelIds', `the name of the label ${id.slice(0, 40)} is not known`]);
  }
  for (const id of removed) {
    if (id === 'INBOX') does.add('archive');
    else if (id === 'UNREAD') does.add('seen');
    else if (id === 'IMPORTANT') does.add('unimportant');
    else
      missing.push([
        'action.removeLabelIds',
        id === 'SPAM' ? NEVER_SPAM : `the label ${id.slice(0, 40)} cannot be taken`,
      ]);
  }
  if (typeof action['forward'] === 'string') missing.push(['action.forward', FORWARDS]);
  const text = (name: string) => (typeof criteria[name] === 'string' ? { [name]: criteria[name] } : {});
  const known = [
    'from',
    'to',
    'subject',
    'query',
    'negatedQuery',
    'hasAttachment',
    'excludeChats',
    'size',
    'sizeComparison',
  ];
  for (const name of Object.keys(criteria))
    if (!known.includes(name)) missing.push([`criteria.${name}`, 'is not known here']);
  const size = criteria['size'];
  const comparison = criteria['sizeComparison'];
  const isSized = Number.isInteger(size) && (comparison === 'larger' || comparison === 'smaller');
  return {
    ...text('from'),
    ...text('to'),
    ...text('subject'),
    ...text('query'),
    ...text('negatedQuery'),
    hasAttachment: criteria['hasAttachment'] === true,
    ...(isSized ? { size: { bytes: Number(size), isLarger: comparison === 'larger' } } : {}),
    does,
    labels,
    missing,
  };
};

const SIZE_UNITS: Readonly<Record<string, number>> = { s_sb: 1, s_skb: 1_024, s_smb: 1_048_576 };
/** Gmail writes these into every filter. */
const SILENT = ['size', 'sizeUnit', 'excludeChats'];

const fromXml = (entry: ReadonlyMap<string, readonly string[]>): Filter => {
  const one = (name: string) => entry.get(name)?.[0];
  const isOn = (name: string) => one(name) === 'true';
  const text = (name: string, as: string) => (one(name) === undefined ? {} : { [as]: one(name) });
  const bytes = Number(one('size') ?? Number.NaN) * (SIZE_UNITS[one('sizeUnit') ?? ''] ?? Number.NaN);
  const operator = one('sizeOperator');
  const missing: [string, string][] = [];
  for (const name of entry.keys()) {
    if (name === 'forwardTo') missing.push([name, FORWARDS]);
    else if (name === 'shouldNeverSpam') missing.push([name, NEVER_SPAM]);
    else if (!XML_KNOWN.includes(name) && !SILENT.includes(name)) missing.push([name, 'is not known here']);
  }
  const does = new Set(
    (
      [
        ['shouldArchive', 'archive'],
        ['shouldMarkAsRead', 'seen'],
        ['shouldStar', 'star'],
        ['shouldTrash', 'trash'],
        ['shouldAlwaysMarkAsImportant', 'important'],
        ['shouldNeverMarkAsImportant', 'unimportant'],
      ] as const
    ).flatMap(([name, does]) => (isOn(name) ? [does] : [])),
  );
  return {
    ...text('from', 'from'),
    ...text('to', 'to'),
    ...text('subject', 'subject'),
    ...text('hasTheWord', 'query'),
    ...text('doesNotHaveTheWord', 'negatedQuery'),
    hasAttachment: isOn('hasAttachment'),
    ...(Number.isFinite(bytes) && (operator === 's_sl' || operator === 's_ss') && bytes > 0
      ? { size: { bytes, isLarger: operator === 's_sl' } }
      : {}),
    does,
    labels: entry.get('label') ?? [],
    missing,
  };
};

const XML_KNOWN = [
  ...[
    'from',
    'to',
    'subject',
    'hasTheWord',
    'doesNotHaveTheWord',
    'hasAttachment',
    'sizeOperator',
    'label',
    'shouldArchive',
  ],
  ...['shouldMarkAsRead', 'shouldStar', 'shouldTrash', 'shouldAlwaysMarkAsImportant', 'shouldNeverMarkAsImportant'],
];
