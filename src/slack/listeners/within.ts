/** A look that must not take long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Duration } from '../../incident/incident.ts';

/** What a promise gives within `limit`; undefined when it takes longer or faults. */
export const within = <T>(limit: Duration, promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise, sleep(limit, undefined, { ref: false })]).catch(() => undefined);
