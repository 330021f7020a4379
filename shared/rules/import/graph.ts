/** Microsoft Graph's messageRules: `{"value": [...]}` of GET /me/mailFolders/inbox/messageRules, or the list alone. */
import { isKeyword } from '../../mail/keyword.ts';
import {
  type Imported,
  importAll,
  isRecord,
  parseJson,
  type Source,
  type Translation,
  unreadable,
} from './imported.ts';

/** `folders`: paths by Graph's folder ids, which say nothing by themselves. */
export const importGraph = (text: string, folders: ReadonlyMap<string, string> = new Map()): Imported => {
  const parsed = parseJson(text);
  const rules = isRecord(parsed) ? parsed['value'] : parsed;
  if (!Array.isArray(rules) || !rules.every(isRecord)) throw unreadable('holds no messageRules');
  return importAll(rules.map((rule) => sourceOf(rule, folders)));
};

type Json = Readonly<Record<string, unknown>>;

const sourceOf = (rule: Json, folders: ReadonlyMap<string, string>): Source => {
  const actions = isRecord(rule['actions']) ? rule['actions'] : {};
  const sequence = rule['sequence'];
  return {
    name: typeof rule['displayName'] === 'string' ? rule['displayName'] : '',
    isOn: rule['isEnabled'] !== false,
    more: {
      ...(Number.isInteger(sequence) && Number(sequence) >= 0 ? { sequence } : {}),
      ...(actions['stopProcessingRules'] === true ? { stopProcessingRules: true } : {}),
    },
    translate: (into) => {
      predicates(rule['conditions'], 'conditions', into.conditions, into);
      predicates(rule['exceptions'], 'exceptions', into.exceptions, into);
      for (const [name, value] of said(actions)) translateAction(name, value, into, folders);
    },
  };
};

/** Graph writes null and false where nothing is meant. */
const said = (object: unknown): [string, unknown][] =>
  isRecord(object)
    ? Object.entries(object).filter(
        ([name, value]) =>
          !name.startsWith('@') && value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
      )
    : [];

const predicates = (object: unknown, where: string, found: object[], { miss }: Translation): void => {
  for (const [name, value] of said(object)) {
    const translated = PREDICATES[name]?.(value);
    if (translated === undefined) miss(`${where}.${name}`, 'there is no such condition here');
    else found.push(translated);
  }
};

type Predicate = (value: unknown) => object | undefined;

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;

const contains =
  (...names: readonly string[]): Predicate =>
  (value) => {
    const wanted = texts(value);
    if (wanted === undefined) return undefined;
    const conditions = names.map((name) => ({ [name]: wanted }));
    return conditions.length === 1 ? conditions[0] : { operator: 'OR', conditions };
  };

const addresses =
  (...names: readonly string[]): Predicate =>
  (value) => {
    if (!Array.isArray(value)) return undefined;
    const wanted = value.flatMap((one) => {
      const address = isRecord(one) && isRecord(one['emailAddress']) ? one['emailAddress']['address'] : undefined;
      return typeof address === 'string' && address !== '' ? [address] : [];
    });
    if (wanted.length !== value.length) return undefined;
    const conditions = names.map((name) => ({ [name]: { is: wanted } }));
    return conditions.length === 1 ? conditions[0] : { operator: 'OR', conditions };
  };

const flag =
  (name: string): Predicate =>
  (value) =>
    value === true ? { [name]: true } : undefined;

const word =
  (name: string): Predicate =>
  (value) =>
    typeof value === 'string' ? { [name]: value } : undefined;

const KILOBYTE = 1_024;

const PREDICATES: Readonly<Record<string, Predicate>> = {
  bodyContains: contains('body'),
  bodyOrSubjectContains: contains('body', 'subject'),
  subjectContains: contains('subject'),
  senderContains: contains('from'),
  recipientContains: contains('to', 'cc'),
  fromAddresses: addresses('from'),
  sentToAddresses: addresses('to', 'cc'),
  hasAttachments: flag('hasAttachment'),
  importance: word('importance'),
  sensitivity: word('sensitivity'),
  messageActionFlag: word('messageActionFlag'),
  isAutomaticReply: flag('isAutomaticReply'),
  isEncrypted: flag('isEncrypted'),
  isMeetingRequest: flag('isMeetingRequest'),
  isMeetingResponse: flag('isMeetingResponse'),
  isNonDeliveryReport: flag('isNonDeliveryReport'),
  isReadReceipt: flag('isReadReceipt'),
  isSigned: flag('isSigned'),
  sentToMe: flag('sentToMe'),
  sentCcMe: flag('sentCcMe'),
  sentOnlyToMe: flag('sentOnlyToMe'),
  sentToOrCcMe: flag('sentToOrCcMe'),
  notSentToMe: flag('notSentToMe'),
  withinSizeRange: (value) => {
    if (!isRecord(value)) return undefined;
    const { minimumSize, maximumSize } = value as { minimumSize?: unknown; maximumSize?: unknown };
    const min = Number.isInteger(minimumSize) ? { minSize: Number(minimumSize) * KILOBYTE } : {};
    const max = Number.isInteger(maximumSize) ? { maxSize: Number(maximumSize) * KILOBYTE + 1 } : {};
    const range = { ...min, ...max };
    return Object.keys(range).length === 0 ? undefined : range;
  },
};

const translateAction = (
  name: string,
  value: unknown,
  { actions, miss }: Translation,
  folders: ReadonlyMap<string, string>,
): void => {
  if (name === 'stopProcessingRules') return;
  if (name === 'moveToFolder' || name === 'copyToFolder') {
    const path = typeof value === 'string' ? folders.get(value) : undefined;
    if (path === undefined) miss(`actions.${name}`, 'the folder’s name is not known: only its id is given');
    else actions.push({ type: name === 'moveToFolder' ? 'move' : 'copy', mailbox: { path } });
  } else if (name === 'assignCategories') {
    const keywords = (texts(value) ?? []).map((category) => category.trim().replace(/\s+/g, '-'));
    if (keywords.length > 0 && keywords.every(isKeyword)) actions.push({ type: 'addKeywords', keywords });
    else miss('actions.assignCategories', 'a category’s name makes no keyword');
  } else if (name === 'markImportance') actions.push({ type: 'setImportance', importance: value });
  else if (name === 'markAsRead') actions.push({ type: 'markSeen' });
  else if (name === 'delete') actions.push({ type: 'trash' });
  else if (name === 'permanentDelete')
    miss('actions.permanentDelete', 'is not imported: write destroy by hand where it is meant');
  else miss(`actions.${name}`, 'would send mail, which is not done here; createDraft prepares it for you');
};
