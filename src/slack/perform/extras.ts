/** Steps that are good to have: they are tried, but what matters more must not wait behind them in the lane for long. */
import type { Work } from '../../incident/contracts.ts';
import type { Event } from '../../incident/event.ts';
import { explain, Terminal } from '../../incident/fault.ts';
import { Forbidden } from '../faults.ts';
import type { Stage } from './stage.ts';

/**
 * Does the steps in order. While Slack is troubled, the whole effect is tried again. A step that only a person can make
 * possible is left out, and the outcome says so once; it is tried anew whenever the effect is performed. Each step must know by its receipt that it was done.
 */
export async function extras(
  { log }: Stage,
  work: Work,
  steps: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Event | null> {
  const { receipts, incident, effect, now } = work;
  const leftOut = `left out:${effect.type}`;
  const told = new Set((await receipts.get(leftOut))?.split(' '));
  const faults = new Map<string, Error>();
  for (const [name, step] of Object.entries(steps)) {
    work.signal.throwIfAborted();
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Forbidden || error instanceof Terminal)) throw error;
      if (!told.has(name)) faults.set(name, error);
    }
  }
  if (faults.size === 0) return null;
  const why = [...faults.values()].map(explain).join('; ');
  log.warn({ incident: incident.number, fault: why }, `leaving out extras of ${effect.type}`);
  await receipts.put(leftOut, [...told, ...faults.keys()].join(' '));
  return { type: 'EffectGivenUp', at: now, effect: effect.type, why, visit: null, run: null };
}
