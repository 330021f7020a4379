/**
 * Named lists: a small item that names them, and their entries compressed in parts under a key of that one writing. Parts are
 * written first and never written over, so that whoever reads the small item finds what belongs to it.
 */
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { listPartSk, listSk, tenantPk } from './keys.ts';
import { NEW, ofRevision, ownedItems, type PageOptions } from './owned.ts';
import type { Table } from './table.ts';

/** Times in milliseconds since 1970. */
export type ListHead = {
  readonly name: string;
  readonly description?: string;
  readonly entryCount: number;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};
type StoredHead = ListHead & { readonly parts: number; readonly writing: string };
export type StoredList = ListHead & { readonly entries: readonly string[] };

const heads = ownedItems<StoredHead>(listSk);
const partKeyOf = (tenant: string, { name, writing }: Pick<StoredHead, 'name' | 'writing'>, n: number) => ({
  pk: tenantPk(tenant),
  sk: listPartSk(name, writing, n),
});

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
// Lists of some hundred kilobytes: the best level would take a second.
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
/** More than any list can be: a part that unpacks to more is not ours. */
const TEXT_BYTES_MAX = LIMITS.listEntriesMax * (LIMITS.listEntryCharsMax * 4 + 1);

const toHead = ({ parts: _parts, writing: _writing, ...head }: StoredHead): ListHead => head;

/** A new list, or the next revision of one; `writing` is unguessable. False when the stored revision is not the one before. */
export const putList = async (
  table: Table,
  tenant: string,
  { entries, ...head }: StoredList,
  writing: string,
): Promise<boolean> => {
  const { name, revision } = head;
  const packed = await compress(entries.join('\n'), QUALITY);
  const next: StoredHead = { ...head, writing, parts: Math.ceil(packed.length / LIMITS.listPartBytesMax) };
  for (let n = 0; n < next.parts; n += 1) {
    const d = packed.subarray(n * LIMITS.listPartBytesMax, (n + 1) * LIMITS.listPartBytesMax);
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...partKeyOf(tenant, next, n), d } }));
  }
  const before = revision === 1 ? undefined : await heads.read(table, tenant, name);
  const written = await heads.put(table, tenant, name, next, revision === 1 ? NEW : ofRevision(revision - 1));
  if (!written) await deleteParts(table, tenant, next);
  else if (before?.revision === revision - 1) await deleteParts(table, tenant, before);
  return written;
};

const deleteParts = async (table: Table, tenant: string, head: StoredHead): Promise<void> => {
  for (let n = 0; n < head.parts; n += 1) {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: partKeyOf(tenant, head, n) }));
  }
};

export const readListHead = async (table: Table, tenant: string, name: string): Promise<ListHead | undefined> => {
  const head = await heads.read(table, tenant, name);
  return head === undefined ? undefined : toHead(head);
};

/** With its entries. Where it is replaced while it is read, it is read again. */
export const readList = async (table: Table, tenant: string, name: string): Promise<StoredList | undefined> => {
  for (let attempt = 0; attempt < LIMITS.listReadAttemptsMax; attempt += 1) {
    const head = await heads.read(table, tenant, name);
    if (head === undefined) return undefined;
    const packed = await readParts(table, tenant, head);
    if (packed === undefined) continue;
    const text = (await decompress(packed, { maxOutputLength: TEXT_BYTES_MAX })).toString('utf8');
    return { ...toHead(head), entries: text === '' ? [] : text.split('\n') };
  }
  throw new MailyardError('conflict', `the list ${name} is being changed right now`);
};

const readParts = async (table: Table, tenant: string, head: StoredHead): Promise<Buffer | undefined> => {
  const read: Uint8Array[] = [];
  for (let n = 0; n < head.parts; n += 1) {
    const Key = partKeyOf(tenant, head, n);
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    read.push(Item['d'] as Uint8Array);
  }
  return Buffer.concat(read);
};

export const listLists = async (table: Table, tenant: string): Promise<ListHead[]> =>
  (await heads.list(table, tenant)).map(toHead);

/** One page, in order of name. */
export const pageOfLists = async (
  table: Table,
  tenant: string,
  options: PageOptions,
): Promise<{ lists: ListHead[]; more: boolean }> => {
  const { items, more } = await heads.page(table, tenant, options);
  return { lists: items.map(toHead), more };
};

/** False when its revision is no longer the one named. */
export const deleteList = async (table: Table, tenant: string, name: string, revision: number): Promise<boolean> => {
  const before = await heads.read(table, tenant, name);
  const gone = await heads.remove(table, tenant, name, revision);
  if (gone && before?.revision === revision) await deleteParts(table, tenant, before);
  return gone;
};
