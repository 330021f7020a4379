/** What to ask a server by SEARCH (RFC 9051 section 6.4.4): data, so that it can be weighed and joined before it is sent. */

/** Text goes out as ASCII letters and digits (and the backslash) alone: no charset and no literal can go wrong. */
export type SearchTerm =
  | { readonly keyword: string }
  | { readonly larger: number }
  | { readonly smaller: number }
  /** `YYYY-MM-DD`, by INTERNALDATE without regard to time zones. */
  | { readonly since: string }
  | { readonly before: string }
  /** Any message that has the field, or one whose field contains the text. */
  | { readonly header: string; readonly contains?: string };

export type Search =
  | SearchTerm
  | { readonly all: readonly Search[] }
  | { readonly any: readonly Search[] }
  | { readonly not: Search };
