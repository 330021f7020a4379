/** The marker that finds one of our drafts again after a lost reply to APPEND; its value is the effect's id. */
export const EFFECT_HEADER = 'X-Mailyard-Effect';
