/** What other clients call their folders and keywords: everything that a server takes and that has broken a client. */

export const SYSTEM_FLAGS = ['\\Seen', '\\Answered', '\\Flagged', '\\Draft', '\\Deleted'] as const;

/**
 * IMAP keywords in any case; long ones fill a segment soon, so that folders of few messages have several. Dovecot takes no more
 * than 50 characters, and refuses the last two.
 */
export const KEYWORDS: readonly string[] = [
  '$Forwarded',
  '$forwarded',
  '$MDNSent',
  '$Important',
  '$Junk',
  'NonJunk',
  'nonjunk',
  'Junk',
  '$label1',
  '$Label2',
  '$LABEL3',
  'todo',
  'ToDo',
  'later',
  'A',
  'b',
  'x-7',
  '100#',
  'Recent',
  'seen',
  'Z+z=z',
  'a.b/c',
  '~home',
  ...Array.from(
    { length: 12 },
    (_, i) => `Project-${'abcdefghij'.slice(0, 4 + (i % 6))}-${i}-${'y'.repeat(12 + 2 * i)}`,
  ),
];

/** Names of one level; some servers refuse some of them, which is an act that came to nothing. */
export const FOLDER_NAMES: readonly string[] = [
  'Work',
  'work',
  'R&D',
  'A&-B',
  '&',
  'Été',
  // The same to the eye, two names to IMAP.
  'Caf\u00e9',
  'Cafe\u0301',
  '日本語',
  'Party 😀',
  'quo"te',
  'it\'s "so"',
  'back\\slash',
  'with  two spaces',
  '(brackets) [here]',
  'braces {5}',
  '5% off',
  'star*',
  'Inbox2',
  'a',
  'Б',
  'x'.repeat(80),
];

export const LETTERS_MAX = 6;
