/** Freezes: stretches of time in which workloads are left alone. */
import type { Verb } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';

/** What a freeze covers, unless it is excepted. */
export type Freezable = Verb | 'diagnose';

/** From one instant until just before another. */
export interface Freeze {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
  /** The day of `to` as the configuration writes it, `2027-01-02`: people read it in their own time zone's calendar. */
  readonly until: string;
  readonly except: readonly Freezable[];
}

/** Why something is not done during a freeze; null when no freeze covers it now. Of several, the one that lasts longest. */
export function refuseFrozen(what: Freezable, now: Instant, freezes: readonly Freeze[]): Refusal | null {
  const covering = freezes.filter(({ from, to, except }) => from <= now && now < to && !except.includes(what));
  const [last] = covering.toSorted((a, b) => b.to - a.to);
  if (last === undefined) return null;
  const but = last.except.length === 0 ? 'nothing is done' : `only ${last.except.join(', ')} may be done`;
  const rest = "If it can't wait, an admin may break the glass.";
  return { refused: `Until ${last.until} ${but}: this is the freeze "${last.name}". ${rest}` };
}
