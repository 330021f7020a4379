/** `age`: the server received the message at least, or less than, so long ago. */
import type * as z from 'zod';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { durationMs, durationSchema } from '../duration.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject({ atLeast: durationSchema.optional(), under: durationSchema.optional() })
  .refine(({ atLeast, under }) => atLeast !== undefined || under !== undefined, 'must name atLeast, under or both')
  .refine(
    ({ atLeast, under }) => ms(under, Number.POSITIVE_INFINITY) > ms(atLeast, 0),
    'must have under above atLeast',
  );

const ms = (duration: string | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : (durationMs(duration) ?? otherwise);

const NO_CLOCK = unknown('the time is not known');

export const ageCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'age',
  schema,
  needs: () => ({}),
  compile: (value, { now }) => {
    if (now === undefined) return () => NO_CLOCK;
    const latest = now - ms(value.atLeast, 0);
    const earliest = now - ms(value.under, Number.POSITIVE_INFINITY);
    const limits = [
      ...(value.atLeast === undefined ? [] : [`at least ${value.atLeast}`]),
      ...(value.under === undefined ? [] : [`under ${value.under}`]),
    ].join(' and ');
    const says = verdicts(`is ${limits} old`, `is not ${limits} old`);
    return ({ facts }) =>
      says((value.atLeast === undefined || facts.receivedAt <= latest) && !(facts.receivedAt <= earliest));
  },
};
