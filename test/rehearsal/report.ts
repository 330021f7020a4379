/** What a part of the rehearsal has to say: what it counted, and what is wrong. */
export type Report = {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
};

/** Lines for people; faults below the counts. */
export const linesOf = ({ title, counts, faults }: Report): string[] => [
  `${faults.length === 0 ? 'ok    ' : 'FAILED'} ${title}: ${Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`,
  ...faults.map((fault) => `         ${fault}`),
];
