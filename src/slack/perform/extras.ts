/** Steps that are good to have: they are tried, but what matters more must not wait behind them in the lane for long. */
import type { Work } from '../../incident/contracts.ts';
import type { Event } from '../../incident/event.ts';
import { explain, Terminal, Throttled } from '../../incident/fault.ts';
import type { Stage } from './stage.ts';

/** Attempts after which an extra is left out: with the outbox's back-off, a few seconds. */
const patience = 3;

/**
 * Does every step, whatever happens to the others. What faults is retried with the whole effect a few times; after that
 * the outcome says what is missing, and the effect is done. Each step must know by its receipt that it was done.
 */
export async function extras(
  { log }: Stage,
  work: Work,
  steps: readonly (() => Promise<unknown>)[],
): Promise<Event | null> {
  const faults: Error[] = [];
  for (const step of steps) {
    work.signal.throwIfAborted();
    try {
      await step();
    } catch (error) {
      if (error instanceof Throttled) throw error;
      faults.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  const lasting = faults.find((fault) => !(fault instanceof Terminal));
  if (lasting !== undefined && work.attempt < patience) throw lasting;
  if (faults.length === 0) return null;
  const why = faults.map(explain).join('; ');
  log.warn({ incident: work.incident.number, fault: why }, `leaving out extras of ${work.effect.type}`);
  return { type: 'EffectGivenUp', at: work.now, effect: work.effect.type, why };
}
