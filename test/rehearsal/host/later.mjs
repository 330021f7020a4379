// Loaded before a function where time has passed in the rehearsal: the clock, and nothing else, is ahead by REHEARSAL_AHEAD_MS.
const aheadMs = Number(process.env.REHEARSAL_AHEAD_MS);
const realNow = Date.now.bind(Date);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [realNow() + aheadMs] : args));
  }
  static now() {
    return realNow() + aheadMs;
  }
};
