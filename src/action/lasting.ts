/** Whether what succeeded lasts: it is looked at again for ten minutes, since a GitOps tool or an autoscaler may take it back. */
import { fullStop } from '../access/spoken.ts';
import { ask, change } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { afterSuperseding } from './ledger.ts';
import type { Run } from './run.ts';

/** Argo CD heals within seconds, an autoscaler within half a minute, Flux when its interval ends, mostly ten minutes. */
const looks: readonly Duration[] = [30_000, 3 * 60_000, 10 * 60_000];

/** Asks for the looks at a run that ended; only what landed can be lost. */
export function recheckLater(draft: Draft, { id, order, stand, target }: Run): Draft {
  if (stand.is !== 'ended' || stand.outcome !== 'succeeded' || order.verb === 'delete-pod') return draft;
  const { at, mark, plan } = stand;
  if (plan === undefined || mark === undefined) return draft;
  const looking = { type: 'kubernetes.recheck', run: id, target, plan, mark } as const;
  return looks.reduce((later, after) => ask(later, { ...looking, at: at + after }), draft);
}

/** The worker saw that it does not stand any more: it is said once. */
export function lose(draft: Draft, run: Run, at: Instant, words: string, facts: Facts): Draft | Refusal {
  const { by, id, order, target } = run;
  const stand = lastOf(run, facts);
  if (stand === null) return { refused: `Run ${id} is not the last one on ${target} any more.` };
  const says = fullStop(words);
  const lost: Run = { ...run, stand: { ...stand, lost: says } };
  const runs = afterSuperseding({ ...draft.incident.runs, [id]: lost }, lost);
  const to = by.id === vigie.id ? null : by;
  return change(draft, { runs }, { type: 'ChangeLost', at, run: id, order, target, to, says });
}

/** How it ended, while nothing is known that changed it since: neither somebody else, nor a later run of any incident. */
function lastOf({ stand }: Run, { target }: Facts): Extract<Run['stand'], { is: 'ended' }> | null {
  if (stand.is !== 'ended' || stand.outcome !== 'succeeded' || stand.lost !== undefined) return null;
  const { at } = stand;
  return target?.recent.some((begun) => begun > at) === true ? null : stand;
}
