/** Where the mail of the big providers is, and how one gets in there with a program: from their own help pages. */
export type MailProvider = {
  readonly name: string;
  readonly domains: readonly string[];
  /** Ends of the names of their mail exchangers, by which domains of customers are told. */
  readonly exchangers: readonly string[];
  readonly host: string;
  /** Where their customers make an app password, or switch IMAP on. */
  readonly passwordPage?: string;
  /** A sign-in page of this name (shared/oauth) is a way in; the only one where `passwords` is false. */
  readonly oauth?: 'google' | 'microsoft';
  readonly passwords: boolean;
};

/** All take implicit TLS on port 993, and the whole address as the user. */
const PROVIDERS: readonly MailProvider[] = [
  {
    name: 'Google',
    domains: ['gmail.com', 'googlemail.com'],
    exchangers: ['google.com', 'googlemail.com'],
    host: 'imap.gmail.com',
    passwordPage: 'https://myaccount.google.com/apppasswords',
    oauth: 'google',
    passwords: true,
  },
  {
    name: 'Microsoft',
    domains: [
      'outlook.com',
      'outlook.de',
      'outlook.fr',
      'hotmail.com',
      'hotmail.co.uk',
      'hotmail.de',
      'hotmail.fr',
      'live.com',
      'msn.com',
    ],
    exchangers: ['protection.outlook.com'],
    host: 'outlook.office365.com',
    oauth: 'microsoft',
    passwords: false,
  },
  {
    name: 'iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    exchangers: ['mail.icloud.com'],
    host: 'imap.mail.me.com',
    passwordPage: 'https://account.apple.com/account/manage',
    passwords: true,
  },
  {
    name: 'AOL',
    domains: ['aol.com', 'aim.com'],
    exchangers: ['mx-aol.mail.gm0.yahoodns.net'],
    host: 'imap.aol.com',
    passwordPage: 'https://login.aol.com/account/security',
    passwords: true,
  },
  {
    name: 'Yahoo',
    domains: [
      'yahoo.com',
      'yahoo.co.uk',
      'yahoo.de',
      'yahoo.fr',
      'yahoo.es',
      'yahoo.it',
      'yahoo.ca',
      'yahoo.co.in',
      'ymail.com',
      'rocketmail.com',
    ],
    exchangers: ['yahoodns.net'],
    host: 'imap.mail.yahoo.com',
    passwordPage: 'https://login.yahoo.com/account/security',
    passwords: true,
  },
  {
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    exchangers: ['messagingengine.com'],
    host: 'imap.fastmail.com',
    passwordPage: 'https://app.fastmail.com/settings/security/apps',
    passwords: true,
  },
  {
    name: 'GMX',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch'],
    exchangers: ['gmx.net'],
    host: 'imap.gmx.net',
    passwordPage: 'https://hilfe.gmx.net/pop-imap/einschalten.html',
    passwords: true,
  },
  {
    name: 'WEB.DE',
    domains: ['web.de'],
    exchangers: ['web.de'],
    host: 'imap.web.de',
    passwordPage: 'https://hilfe.web.de/pop-imap/einschalten.html',
    passwords: true,
  },
  {
    name: 'Telekom',
    domains: ['t-online.de', 'magenta.de'],
    exchangers: [],
    host: 'secureimap.t-online.de',
    passwords: true,
  },
  {
    name: 'Zoho',
    domains: ['zoho.com', 'zohomail.com'],
    exchangers: ['zoho.com'],
    host: 'imap.zoho.com',
    passwordPage: 'https://accounts.zoho.com/home#security/app_password',
    passwords: true,
  },
  {
    name: 'Yandex',
    domains: ['yandex.com', 'yandex.ru', 'ya.ru'],
    exchangers: ['yandex.net', 'yandex.ru'],
    host: 'imap.yandex.com',
    passwordPage: 'https://id.yandex.com/security/app-passwords',
    passwords: true,
  },
  {
    name: 'Mail.ru',
    domains: ['mail.ru', 'bk.ru', 'inbox.ru', 'list.ru'],
    exchangers: ['mail.ru'],
    host: 'imap.mail.ru',
    passwordPage: 'https://account.mail.ru/user/2-step-auth/passwords/',
    passwords: true,
  },
  {
    name: 'mailbox.org',
    domains: ['mailbox.org'],
    exchangers: ['mailbox.org'],
    host: 'imap.mailbox.org',
    passwords: true,
  },
  {
    name: 'Posteo',
    domains: ['posteo.de', 'posteo.net'],
    exchangers: ['posteo.de'],
    host: 'posteo.de',
    passwords: true,
  },
  {
    name: 'QQ Mail',
    domains: ['qq.com', 'foxmail.com'],
    exchangers: ['qq.com'],
    host: 'imap.qq.com',
    passwordPage: 'https://mail.qq.com/',
    passwords: true,
  },
  {
    name: 'NetEase',
    domains: ['163.com'],
    exchangers: [],
    host: 'imap.163.com',
    passwordPage: 'https://mail.163.com/',
    passwords: true,
  },
];

export const providerOfDomain = (domain: string): MailProvider | undefined =>
  PROVIDERS.find(({ domains }) => domains.includes(domain.toLowerCase()));

/** By the name of a mail exchanger. */
export const providerOfExchanger = (exchanger: string): MailProvider | undefined => {
  const name = exchanger.toLowerCase().replace(/\.$/, '');
  return PROVIDERS.find(({ exchangers }) => exchangers.some((end) => name === end || name.endsWith(`.${end}`)));
};

export const providerOfHost = (host: string): MailProvider | undefined =>
  PROVIDERS.find((provider) => provider.host === host.toLowerCase());
