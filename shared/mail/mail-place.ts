/** Where a mailbox may be found, and by what name. */
export type MailPlace = {
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls';
  readonly user: string;
  /** False where only a sign-in page lets anybody in. */
  readonly passwords: boolean;
};
