/** A deadline for what has none of its own, such as waiting for a connection. */
import type { Duration } from '../incident/incident.ts';

/** What a promise gives; rejects when `who` did not answer by then, and what comes later is dropped. */
export const within = <T>(promise: Promise<T>, deadline: Duration, who: string): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`${who} did not answer within ${deadline} ms`)), deadline).unref();
    }),
  ]);
