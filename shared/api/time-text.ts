/** Milliseconds since 1970 as JMAP's UTCDate (RFC 8620 section 1.4), with milliseconds. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();
