/** One short text that differs when any folder of an account does, so that a quiet check compares it alone. */
import { createHash } from 'node:crypto';
import type { ListedFolder } from '../mail/folder.ts';

const DIGEST_BYTES = 16;

/** 128 bits of SHA-256 as base64url, the same for any order of `folders`. */
export const statusDigest = (folders: readonly ListedFolder[]): string => {
  const rows = new Set(folders.map(rowOf));
  return createHash('sha256')
    .update(JSON.stringify([...rows].sort()))
    .digest()
    .subarray(0, DIGEST_BYTES)
    .toString('base64url');
};

/** Folders without status and roles count too: a folder that appears, or gets a role, is a change. */
const rowOf = ({ path, role, selectable, status }: ListedFolder): string => {
  const known = [path, role ?? null, selectable];
  if (status === undefined) return JSON.stringify(known);
  const { uidValidity, uidNext, messages, unseen, highestModseq } = status;
  // 0 says that the folder keeps no mod-sequences (RFC 7162 section 3.1.2.2); UNSEEN then tells at least of \Seen.
  const flags = highestModseq ? ['modseq', highestModseq.toString()] : ['unseen', unseen ?? null];
  return JSON.stringify([...known, uidValidity, uidNext, messages, ...flags]);
};
