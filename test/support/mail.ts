/** Small messages for tests. */
export type Letter = {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly headers?: readonly string[];
  readonly id?: string;
};

let count = 0;

export const letter = (more: Letter = {}): string => {
  count += 1;
  const { from = 'Ann <ann@example.org>', to = 'alice@example.com', subject = 'Hello', body = 'Hi there.' } = more;
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Mon, 03 Mar 2025 10:00:00 +0000',
    `Message-ID: <${more.id ?? `letter-${count}`}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    ...(more.headers ?? []),
    '',
    body,
    '',
  ].join('\r\n');
};
