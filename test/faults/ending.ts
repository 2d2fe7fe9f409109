/** How every kill run ends: whatever it started ends with it, and its processes lived and died as they should. */
import type { Bot } from './bot.ts';
import type { Violation } from './check-record.ts';

/** A signal for all that a run starts; disposing of it ends that. `outer` ends it, too. */
export function ender(outer: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  return { signal, [Symbol.dispose]: () => own.abort(new Error('the run is over')) };
}

/** What is wrong with the processes themselves: those that ended by themselves, or did not when asked to, and a run that found no rest. */
export const ownFaults = (
  processes: readonly Pick<Bot, 'ended'>[],
  unruly: readonly string[],
  settled: boolean,
): Violation[] => [
  ...processes
    .flatMap(({ ended }) => ended.running)
    .map((says) => ({ rule: 'a process lives until it is killed', says })),
  ...unruly.map((says) => ({ rule: 'a process stops in order', says })),
  ...(settled ? [] : [{ rule: 'everything settles', says: 'time was up with something still moving' }]),
];
