/** The kinds of server that a history is lived through: Dovecot, made to look like each of them. */
import { capabilityWithout } from '../support/dovecot.ts';
import { enablesNothing, esearchCountsOnly, forgetsTopVanished, noModseqOnSelect, type Oddity } from './oddities.ts';

export type Profile = {
  readonly name: string;
  /** undefined: all that Dovecot can do. */
  readonly capability?: string;
  /** More lines for dovecot.conf. */
  readonly extra?: string;
  readonly oddities: readonly Oddity[];
  /** The kinds of plan that this server can lead to; a full run has to reach each. */
  readonly plans: readonly string[];
};

// Every kind of server is at rest now and then, and first syncs of many folders are listed in bulk.
const ALWAYS = ['first', 'reseed', 'compare', 'quiet', 'pipelined'];
const RESYNC_PLANS = [...ALWAYS, 'resync'];
const MODSEQ_PLANS = [...ALWAYS, 'delta'];
const COUNT_PLANS = [...ALWAYS, 'window'];

/** In the order in which seeds go round them. */
export const PROFILES: readonly Profile[] = [
  { name: 'dovecot', oddities: [], plans: RESYNC_PLANS },
  {
    name: 'cyrus',
    capability: capabilityWithout('SEARCHRES', 'NOTIFY', 'SNIPPET=FUZZY', 'PREVIEW=FUZZY', 'CONTEXT=SEARCH'),
    oddities: [forgetsTopVanished],
    plans: RESYNC_PLANS,
  },
  {
    name: 'gmail',
    capability:
      'IMAP4rev1 UNSELECT IDLE NAMESPACE ID CHILDREN UIDPLUS ENABLE MOVE CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS LITERAL+ SPECIAL-USE',
    oddities: [],
    plans: MODSEQ_PLANS,
  },
  {
    name: 'exchange',
    capability:
      'IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+ ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE',
    oddities: [noModseqOnSelect],
    plans: COUNT_PLANS,
  },
  {
    name: 'yahoo',
    capability: 'IMAP4rev1 ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT SPECIAL-USE',
    oddities: [noModseqOnSelect],
    plans: COUNT_PLANS,
  },
  {
    name: 'icloud',
    capability:
      'IMAP4rev1 SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS CHILDREN CONDSTORE QRESYNC ESEARCH UNSELECT LITERAL+ SPECIAL-USE MOVE',
    oddities: [enablesNothing, esearchCountsOnly],
    // STATUS tells of mod-sequences that no command may ask for.
    plans: ALWAYS,
  },
  {
    name: 'courier',
    capability: 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE',
    extra: 'namespace inbox {\n  separator = .\n  prefix = INBOX.\n}',
    oddities: [noModseqOnSelect],
    plans: COUNT_PLANS,
  },
  { name: 'bare', capability: 'IMAP4rev1', oddities: [noModseqOnSelect], plans: COUNT_PLANS },
];

export const profileNamed = (name: string): Profile => {
  const profile = PROFILES.find((one) => one.name === name);
  if (profile === undefined) {
    throw new Error(`there is no profile ${name}: ${PROFILES.map((one) => one.name).join(', ')}`);
  }
  return profile;
};

/** Seeds go round the profiles, so that a seed alone says which one is meant. */
export const profileOfSeed = (seed: number): Profile => {
  const profile = PROFILES[seed % PROFILES.length];
  if (profile === undefined) throw new Error(`seed ${seed} is no whole number`);
  return profile;
};
