/** The parts of hoodiecrow-imap 2.1.0 that the demo server is built on; the package has no types of its own. */
declare module 'hoodiecrow-imap' {
  namespace hoodiecrow {
    /** One element of a parsed command or of a response to be compiled; a bare string is sent quoted, null as NIL. */
    type Token = null | string | number | Atom | Token[];
    type Atom = {
      type: 'ATOM' | 'STRING' | 'LITERAL' | 'SEQUENCE' | 'SECTION' | 'TEXT' | 'NUMBER';
      value?: string;
      section?: Token[];
      partial?: number[];
    };

    type Command = { tag: string; command: string; attributes?: Token[] };
    type Response = {
      tag: string;
      command?: string;
      attributes: Token[];
      skipResponse?: boolean;
      notification?: boolean;
    };

    /** `raw` is a binary string: one character a byte. `sourceId` is ours: the file the source is kept in. */
    type Message = { uid: number; flags: string[]; internaldate: string; raw: string; sourceId: string };

    /** `path` as on the wire, in modified UTF-7. `specialUse` is ours: a LIST attribute (RFC 6154). */
    type Mailbox = {
      path: string;
      specialUse?: string;
      uidvalidity: number;
      uidnext: number;
      flags: string[];
      permanentFlags: string[];
      allowPermanentFlags: boolean;
      subscribed: boolean;
      messages: Message[];
    };

    type Handler = (connection: Connection, parsed: Command, data: string, done: () => void) => void;
    type FetchHandler = (connection: Connection, message: Message, query: Atom) => Token;

    type Connection = {
      state: 'Not Authenticated' | 'Authenticated' | 'Selected' | 'Logout';
      selectedMailbox?: Mailbox | false;
      readOnly?: boolean;
      directNotifications: boolean;
      notificationQueue: Response[];
      inputHandler: ((line: string) => void) | false;
      socket: import('node:tls').TLSSocket | null;
      send(response: Response, description?: string, parsed?: Command, data?: string, extra?: unknown): void;
      scheduleCommand(line: string): void;
      processNotifications(parsed?: Command): void;
      expungeSpecificMessages(mailbox: Mailbox, messages: Message[], ignoreSelf: boolean, ignoreExists: boolean): void;
    };

    type OutputHandler = (
      connection: Connection,
      response: Response,
      description: string | undefined,
      /** null for a line that could not be parsed. */
      parsed: Command | null | undefined,
      data: string | undefined,
      extra: unknown,
    ) => void;

    type Server = {
      /** node:tls; its listener is the only one. */
      server: import('node:tls').Server;
      storage: Record<string, { separator?: string; type?: string; folders?: object }>;
      referenceNamespace: string | false;
      folderCache: Record<string, Mailbox>;
      systemFlags: string[];
      connectionHandlers: ((connection: Connection) => void)[];
      outputHandlers: OutputHandler[];
      fetchHandlers: Record<string, FetchHandler>;
      registerCapability(name: string, offered?: (connection: Connection) => boolean): void;
      setCommandHandler(command: string, handler: Handler): void;
      getCommandHandler(command: string): Handler | false;
      getMailbox(path: string): Mailbox | undefined;
      getMessageRange(
        mailbox: Mailbox | Message[],
        range: string,
        isUid?: boolean,
      ): [sequence: number, message: Message][];
      indexFolders(): void;
      notify(response: Response, mailbox: Mailbox, ignoreConnection?: Connection | false): void;
      listen(port: number, host: string, listening: () => void): void;
      close(closed: () => void): void;
      setMaxListeners(count: number): void;
    };

    type Options = {
      secureConnection: true;
      credentials: import('node:tls').TlsOptions;
      users: Record<string, never>;
      plugins: (string | ((server: Server) => void))[];
      id: Record<string, string>;
    };
  }

  function hoodiecrow(options: hoodiecrow.Options): hoodiecrow.Server;
  export = hoodiecrow;
}
