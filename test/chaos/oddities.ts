/** What some servers do and Dovecot does not: lines changed on the way, as public threads about those servers tell them. */

/** Made anew for each connection. Units are lines with CR LF and their literals; `answer` gives '' to leave one out. */
export type Oddity = () => {
  readonly command?: (unit: string) => string;
  readonly answer?: (unit: string) => string;
};

/** A server without CONDSTORE says nothing of it when a folder is opened either; Dovecot always does. */
export const noModseqOnSelect: Oddity = () => ({
  answer: (unit) => (/^\* OK \[(HIGHESTMODSEQ|NOMODSEQ)/i.test(unit) ? '' : unit),
});

/** iCloud answers ENABLE with an empty list: what it advertised is not on (mailspring-sync#91). */
export const enablesNothing: Oddity = () => ({
  command: (unit) => unit.replace(/^(\S+) ENABLE .*\r\n$/i, '$1 ENABLE X-NOTHING\r\n'),
  answer: (unit) => unit.replace(/^\* ENABLED.*\r\n$/i, '* ENABLED\r\n'),
});

/** iCloud's ESEARCH tells the count alone, whatever was asked for. */
export const esearchCountsOnly: Oddity = () => ({
  answer: (unit) => unit.replace(/^(\* ESEARCH .*?) (?:MIN|MAX|ALL) [\d:,*]+/i, '$1'),
});

/**
 * Cyrus up to 3.6.1 forgets that the highest UIDs vanished when it is asked for 1:* (cyrusimap#6071). Here it forgets the last
 * range always, which is worse: no VANISHED can be believed to be all.
 */
export const forgetsTopVanished: Oddity = () => ({
  answer: (unit) => unit.replace(/^(\* VANISHED \(EARLIER\) )(?:(\S+),)?[^\s,]+\r\n$/i, withoutTop),
});

const withoutTop = (_: string, head: string, rest: string | undefined): string =>
  rest === undefined ? '' : `${head}${rest}\r\n`;

/** A server with OBJECTID (RFC 8474): Dovecot 2.4 gives as EMAILID what 2.3 knows as X-GUID. */
export const offersObjectId: Oddity = () => ({
  command: (unit) => unit.replace(/^(\S+ UID FETCH .*)\bEMAILID\b/i, '$1X-GUID'),
  answer: (unit) => announcesObjectId(unit).replace(/^(\* \d+ FETCH \(.*?)\bX-GUID ([^\s)]+)/is, '$1EMAILID ($2)'),
});

/** One that says so and knows no such item: a proxy that announces for the servers behind it. */
export const onlyAnnouncesObjectId: Oddity = () => ({ answer: announcesObjectId });

const announcesObjectId = (unit: string): string =>
  unit.replace(/(CAPABILITY [^\]\r]*)\bUIDPLUS\b/, '$1UIDPLUS OBJECTID');
