/** The clock room: performing a timer is recording that it is due. It needs no neighbour, so it lives in the core. */
import type { Perform } from './contracts.ts';
import { Terminal } from './fault.ts';

/** Performs `clock.wake`. */
export const performClock: Perform = async ({ effect, now }) => {
  if (effect.type !== 'clock.wake') throw new Terminal(`the clock can't perform ${effect.type}`);
  return { ...effect.wake, at: now };
};
