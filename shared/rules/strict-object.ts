/** Objects that owners write: an unknown field is a mistake, and the problem names the known ones. */
import * as z from 'zod';

export const strictObject = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return `is not known here; known are ${Object.keys(shape).join(', ')}`;
      if (issue.code === 'invalid_type') return `must be an object with ${Object.keys(shape).join(', ')}`;
      return undefined;
    },
  });
