/** A word on the command line that is not right; `message` says which and what to write instead. */
export class UsageError extends Error {}
