/** One table of error codes: HTTP status, whether trying again can help, and what a caller may be shown. */

type ErrorEntry = { readonly status: number; readonly retry: boolean; readonly title: string };

export const ERROR_CODES = {
  'request.invalid': { status: 400, retry: false, title: 'The request is not well formed' },
  'request.unsupported-media-type': { status: 415, retry: false, title: 'The body must be application/json' },
  'request.too-many': { status: 429, retry: true, title: 'Too many requests at once' },
  'request.too-large': { status: 413, retry: false, title: 'The body is too large' },
  'auth.missing': { status: 401, retry: false, title: 'A valid bearer token is required' },
  'auth.scope': { status: 403, retry: false, title: 'The token lacks the scope for this' },
  'not-found': { status: 404, retry: false, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, retry: false, title: 'This resource does not know that method' },
  'validation.failed': { status: 422, retry: false, title: 'Some fields are not right' },
  'precondition.required': { status: 428, retry: false, title: 'Send If-Match with the ETag you read' },
  'precondition.failed': { status: 412, retry: false, title: 'It was changed since you read it' },
  'idempotency.reused': { status: 422, retry: false, title: 'That Idempotency-Key was used for something else' },
  conflict: { status: 409, retry: true, title: 'Something else is changing this right now' },
  'account.busy': { status: 409, retry: true, title: 'The account is being worked on right now' },
  'effect.waiting': { status: 409, retry: true, title: 'It is being made sure that something is not done twice' },
  'changes.cannot-calculate': { status: 409, retry: false, title: 'The changes since that state cannot be told' },
  'message.gone': { status: 409, retry: false, title: 'The message is no longer where it was' },
  'account.paused': { status: 409, retry: false, title: 'The account is paused' },
  'destroy.not-allowed': { status: 409, retry: false, title: 'The account does not allow that messages are destroyed' },
  'folder.refused': { status: 409, retry: false, title: 'The folder cannot be changed like that' },
  'apply.stale': { status: 409, retry: false, title: 'What the rule would do is no longer what was confirmed' },
  'undo.impossible': { status: 409, retry: false, title: 'That cannot be undone' },
  'limit.rules': { status: 422, retry: false, title: 'There are too many rules' },
  'limit.lists': { status: 422, retry: false, title: 'There are too many lists' },
  'limit.webhooks': { status: 422, retry: false, title: 'There are too many webhooks' },
  'list.in-use': { status: 409, retry: false, title: 'A rule asks for that list' },
  'limit.accounts': { status: 422, retry: false, title: 'There are too many accounts' },
  'uid.invalid': { status: 400, retry: false, title: 'That is no UID' },
  'keyword.invalid': { status: 422, retry: false, title: 'That is no keyword' },
  'segment.corrupt': { status: 500, retry: false, title: 'A stored segment cannot be read' },
  'imap.host-not-found': { status: 422, retry: true, title: 'The mail server’s name does not resolve' },
  'imap.host-refused': { status: 422, retry: false, title: 'That address may not be connected to' },
  'imap.unreachable': { status: 422, retry: true, title: 'The mail server cannot be reached' },
  'imap.certificate': { status: 422, retry: false, title: 'The mail server’s certificate is not trusted' },
  'imap.certificate-expired': { status: 422, retry: false, title: 'The mail server’s certificate is out of its time' },
  'imap.certificate-self-signed': { status: 422, retry: false, title: 'The mail server’s certificate is self-signed' },
  'imap.certificate-wrong-name': { status: 422, retry: false, title: 'The certificate is for another mail server' },
  'imap.certificate-other-key': { status: 422, retry: false, title: 'The mail server’s key is not the pinned one' },
  'imap.tls-required': { status: 422, retry: false, title: 'The mail server offers no TLS' },
  'imap.tls-too-old': { status: 422, retry: false, title: 'The mail server’s TLS is older than 1.2' },
  'imap.tls-injection': { status: 422, retry: false, title: 'The connection was tampered with before TLS' },
  'imap.preauth': { status: 422, retry: false, title: 'The mail server asks for no login' },
  'imap.auth-failed': { status: 422, retry: false, title: 'The mail server refused the login' },
  'imap.sasl-missing': { status: 422, retry: false, title: 'The mail server offers no fitting login' },
  'imap.throttled': { status: 503, retry: true, title: 'The mail server asks to wait' },
  'imap.refused': { status: 502, retry: true, title: 'The mail server refused a command' },
  'imap.connection-lost': { status: 502, retry: true, title: 'The connection to the mail server was lost' },
  'oauth.not-configured': { status: 422, retry: false, title: 'That sign-in provider is not set up here' },
  'oauth.state': { status: 422, retry: false, title: 'That authorization is not under way' },
  'oauth.denied': { status: 422, retry: false, title: 'The provider did not let us in' },
  'oauth.reconnect': { status: 422, retry: false, title: 'The provider wants its owner to sign in again' },
  'oauth.unreachable': { status: 502, retry: true, title: 'The provider cannot be reached' },
  'vault.cannot-open': { status: 500, retry: false, title: 'The credential cannot be opened' },
  'lease.lost': { status: 409, retry: true, title: 'Another worker took over this account' },
  'deadline.reached': { status: 503, retry: true, title: 'The time for this run is over' },
  'local.data-unreadable': { status: 500, retry: false, title: 'The data kept on this machine cannot be read' },
  internal: { status: 500, retry: true, title: 'Something went wrong on our side' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One bad field of a request: an RFC 6901 pointer into the body, or the name of a query parameter. */
export type FieldProblem = { readonly pointer: string; readonly detail: string };

/** `message` is for the person who asked: it names no secret and, for 5xx, is not shown. `cause` is kept for the log. */
export class MailyardError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  /** When to try again; becomes Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; fields?: readonly FieldProblem[]; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MailyardError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export const isMailyardError = (error: unknown, code?: ErrorCode): error is MailyardError =>
  error instanceof MailyardError && (code === undefined || error.code === code);

/** The code to log and to act on, whatever was thrown. */
export const codeOf = (error: unknown): ErrorCode => (error instanceof MailyardError ? error.code : 'internal');
