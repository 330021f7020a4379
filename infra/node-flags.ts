/** What V8 is told in each of our functions; the benches measure with it, too. */

/**
 * A small young generation: buffers of what a run has read are let go when it is swept, and ten runs in one sandbox stay at
 * 210 MB where the default (16 MB on machines of this size) grows to 266; `npm run bench -- million`.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8'];
