/** mbsync and offlineimap, as their users set them up: all folders, both ways, over TLS, into a Maildir. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIXTURE_USER } from './fixture.ts';

export type PeerTool = {
  readonly name: 'mbsync' | 'offlineimap';
  readonly program: string;
  readonly debianPackage: string;
  /** The first sync of the large fixture takes minutes. */
  readonly isSlow: boolean;
  /** Writes its settings into `folder`, where its mail lives too; gives the arguments to run it with. */
  readonly configure: (folder: string, server: { readonly port: number; readonly caFile: string }) => string[];
};

const { user, password } = FIXTURE_USER;

export const MBSYNC: PeerTool = {
  name: 'mbsync',
  program: 'mbsync',
  debianPackage: 'isync',
  isSlow: false,
  configure: (folder, { port, caFile }) => {
    const file = path.join(folder, 'mbsyncrc');
    writeFileSync(
      file,
      `FSync no

IMAPAccount bench
Host localhost
Port ${port}
User ${user}
Pass ${password}
SSLType IMAPS
CertificateFile ${caFile}
AuthMechs LOGIN
Timeout 600

IMAPStore far
Account bench

MaildirStore near
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync All
SyncState *
`,
      { mode: 0o600 },
    );
    return ['-q', '-q', '-c', file, 'all'];
  },
};

export const OFFLINEIMAP: PeerTool = {
  name: 'offlineimap',
  program: 'offlineimap',
  debianPackage: 'offlineimap3',
  isSlow: true,
  configure: (folder, { port, caFile }) => {
    const file = path.join(folder, 'offlineimaprc');
    writeFileSync(
      file,
      `[general]
accounts = bench
metadata = ${folder}/state
ui = quiet
fsync = False
socktimeout = 600

[Account bench]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = ${folder}/mail

[Repository far]
type = IMAP
remotehost = localhost
remoteport = ${port}
remoteuser = ${user}
remotepass = ${password}
ssl = yes
sslcacertfile = ${caFile}
maxconnections = 2
`,
      { mode: 0o600 },
    );
    return ['-c', file, '-o'];
  },
};
