/** The undo ledger: which change of an incident is what stands now, and what becomes of it when others land, end or put it back. */
import type { Verb } from './action.ts';
import { nth } from './run.ts';
import type { Left, Run } from './run.ts';

/** The runs of an incident, by id. */
type Runs = Readonly<Record<string, Run>>;

/** What of a workload a verb changes, where it can be put back; a later change of the same replaces it. */
function changedBy(verb: Verb): 'template' | 'replicas' | 'paused' | 'bounds' | null {
  switch (verb) {
    case 'rollback':
      return 'template';
    case 'scale':
      return 'replicas';
    case 'pause':
    case 'resume':
      return 'paused';
    case 'set-autoscaler-bounds':
      return 'bounds';
    // What these do is over when it is done.
    case 'restart':
    case 'delete-pod':
      return null;
  }
}

/** Whether it is in the ledger, decided or not. */
export const stays = ({ left }: Run): boolean => left?.is === 'changed' || left?.is === 'kept';

/** As far as can be told: what failed may have landed. */
const hasLanded = ({ stand }: Run): boolean =>
  stand.is === 'watching' || (stand.is === 'ended' && ['succeeded', 'failed', 'superseded'].includes(stand.outcome));

/** The runs after one has landed: its change stands, and not those of the same workload that it replaced. */
export function afterLanding(runs: Runs, run: Run): Runs {
  const all = { ...runs, [run.id]: run };
  const of = changedBy(run.order.verb);
  // Putting back changes as well, but what it puts back to is the change before.
  if (run.left === null || of === null) return all;
  return leaving(all, { is: 'replaced', by: run.id }, (other) => {
    return other.id !== run.id && other.target === run.target && changedBy(other.order.verb) === of && stays(other);
  });
}

/** The runs after one that put another back: what that one had replaced stands again. */
export function afterUndoing(runs: Runs, undoer: Run, undone: Run): Runs {
  const reverted: Run = { ...undone, left: { is: 'reverted', by: undoer.id } };
  return leaving({ ...runs, [undone.id]: reverted }, { is: 'changed' }, ({ left }) => {
    return left?.is === 'replaced' && left.by === undone.id;
  });
}

/** The runs after somebody or something else changed what this one had changed: it is no longer what stands. */
export function afterSuperseding(runs: Runs, run: Run): Runs {
  if (!stays(run)) return runs;
  // A restart begins another rollout, of the very same version: a rollback stands.
  const isRestarted = Object.values(runs).some((other) => {
    return other.order.verb === 'restart' && other.target === run.target && nth(other) > nth(run) && hasLanded(other);
  });
  if (run.order.verb === 'rollback' && isRestarted) return runs;
  return { ...runs, [run.id]: { ...run, left: { is: 'replaced', by: null } } };
}

const leaving = (runs: Runs, left: Left, which: (run: Run) => boolean): Runs =>
  Object.fromEntries(Object.entries(runs).map(([id, run]) => [id, which(run) ? { ...run, left } : run]));
