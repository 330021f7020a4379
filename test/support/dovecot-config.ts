/** The configuration of a Dovecot 2.3 that lives in one folder, needs no rights and listens on loopback only. */

export type DovecotSettings = {
  readonly dir: string;
  /** Undefined: no TLS at all, neither implicit nor STARTTLS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string; readonly port: number } | undefined;
  readonly plainPort: number;
  /** Owner of the mail; Dovecot refuses root. */
  readonly uid: number;
  readonly gid: number;
  /** Names for Dovecot's own processes: two system users when root starts it, else whoever does. */
  readonly internalUser: string;
  readonly internalGroup: string;
  readonly loginUser: string;
  readonly capability: string | undefined;
  readonly mailPlugins: string;
  readonly extra: string;
};

const SPECIAL_USE = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'];

export const dovecotConfig = (settings: DovecotSettings): string => `
base_dir = ${settings.dir}/run
state_dir = ${settings.dir}/state
instance_name = mailyard-test
protocols = imap
listen = 127.0.0.1
log_path = ${settings.dir}/log
mail_fsync = never
${sslSettings(settings.tls)}
# LOGIN is offered without TLS too, so that a test can see a client refuse to use it.
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = ${settings.internalUser}
default_internal_group = ${settings.internalGroup}
default_login_user = ${settings.loginUser}
first_valid_uid = 1
mail_location = mdbox:~/mail
mail_plugins = ${settings.mailPlugins}
mail_max_userip_connections = 100
default_client_limit = 4000
${settings.capability === undefined ? '' : `imap_capability = ${settings.capability}`}

passdb {
  driver = passwd-file
  args = username_format=%u ${settings.dir}/passwd
}
userdb {
  driver = static
  args = uid=${settings.uid} gid=${settings.gid} home=${settings.dir}/home/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
${SPECIAL_USE.map((name) => `  mailbox ${name} {\n    auto = subscribe\n    special_use = \\${name}\n  }`).join('\n')}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${settings.plainPort}
  }
  inet_listener imaps {
    port = ${settings.tls?.port ?? 0}
    ssl = yes
  }
  process_min_avail = 1
  service_count = 0
}
service imap {
  process_min_avail = 1
  service_count = 1000
  process_limit = 1000
}
service stats {
  chroot =
}
service anvil {
  chroot =
  # Wrong passwords on purpose must not slow down the tests that follow.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${settings.extra}
`;

const sslSettings = (tls: DovecotSettings['tls']): string =>
  tls === undefined ? 'ssl = no' : `ssl = yes\nssl_cert = <${tls.certFile}\nssl_key = <${tls.keyFile}`;
