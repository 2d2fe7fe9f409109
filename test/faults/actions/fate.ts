/** What can happen to a write between a worker and the cluster, and how often it does while things go wrong. */
import type { Chance } from '../chance.ts';

/** What happens. Only what says so reaches the cluster. */
export type Fate =
  | { readonly is: 'nothing' }
  /** The connection breaks before the cluster hears of it, or after it has committed. */
  | { readonly is: 'cut'; readonly when: 'before' | 'after' }
  /** The connection breaks, and the write arrives so many milliseconds later. */
  | { readonly is: 'late'; readonly by: number }
  /** Somebody else was faster, says the cluster. */
  | { readonly is: 'conflict' }
  /** A gateway gives up, although the cluster has committed. */
  | { readonly is: 'timeout' }
  /** The API server is busy. */
  | { readonly is: 'busy' }
  /** The worker dies: before, after the commit, with the write arriving later, or just after it heard the answer. */
  | { readonly is: 'death'; readonly when: 'before' | 'after' | 'late' | 'heard'; readonly kill: () => Promise<void> };

/** Milliseconds that a packet may spend on the way. */
export const lateness = (chance: Chance): number => chance.between(100, 3_000);

/** Draws what happens to a write in a network that is bad for this share of them. */
export function drawFate(chance: Chance, share: number): Fate {
  if (!chance.happens(share)) return { is: 'nothing' };
  const dice = chance.next();
  if (dice < 0.15) return { is: 'cut', when: 'before' };
  if (dice < 0.4) return { is: 'cut', when: 'after' };
  if (dice < 0.55) return { is: 'late', by: lateness(chance) };
  if (dice < 0.75) return { is: 'conflict' };
  return dice < 0.9 ? { is: 'timeout' } : { is: 'busy' };
}

/** A fate in a word or two, for figures. */
export const nameOfFate = (fate: Fate): string => ('when' in fate ? `${fate.is} ${fate.when}` : fate.is);
