/** What a new demo mailbox holds. */
export type SeedMessage = {
  /** CRLF line ends, as they go over the wire. */
  readonly source: Buffer;
  readonly flags: readonly string[];
  readonly receivedAt: Date;
};

export type SeedFolder = {
  /** ASCII; `/` parts levels. */
  readonly path: string;
  /** A LIST attribute of RFC 6154, such as `\Drafts`. */
  readonly specialUse?: string;
  readonly messages: readonly SeedMessage[];
};
