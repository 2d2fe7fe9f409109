/** How a schema's value becomes what Vigie uses: a reader's `ValueFault` becomes an issue at the value's place. */
import { z } from 'zod';
import { ValueFault } from './fault.ts';
import { readFilled } from './values.ts';

/** A value of this schema, as the reader understands it. */
export function read<S extends z.ZodType, O>(schema: S, reader: (value: z.output<S>) => O) {
  return schema.transform((value, context): O => {
    try {
      return reader(value);
    } catch (error) {
      if (!(error instanceof ValueFault)) throw error;
      const { problem, remedy, offset } = error;
      context.issues.push({ code: 'custom', message: problem, params: { remedy, offset }, input: value });
      return z.NEVER;
    }
  });
}

/** A list that is not empty. */
export const list = <S extends z.ZodType>(item: S) => read(z.array(item), readFilled<z.output<S>>);
