/** The rule book of actions: planned, approved, run, watched, ended, and what they left changed. */
import { approvalsNeeded } from '../access/approvals.ts';
import { mayAutomate } from '../access/automation.ts';
import { refuseDeed } from '../access/rails.ts';
import { fullStop } from '../access/spoken.ts';
import { serviceAt } from '../access/targets.ts';
import { ask, change, wakeAt } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { readTarget } from './action.ts';
import type { Plan, RunEvent } from './action.ts';
import { lose, recheckLater } from './lasting.ts';
import { afterLanding, afterSuperseding, afterUndoing } from './ledger.ts';
import type { Run, RunStand } from './run.ts';

/** What follows for the runbook when a run ends; handed in by the walk. */
export type Follow = (draft: Draft, run: Run, ended: Extract<RunStand, { is: 'ended' }>) => Draft;

type Ended = Extract<RunStand, { is: 'ended' }>;
type Runs = Draft['incident']['runs'];
type Planned = Extract<RunStand, { is: 'planned' }>;

/** A rollout is watched for so long where neither the runbook nor the workload says. */
const watchFor = 10 * 60_000;

/** Changes a run. */
export const put = (draft: Draft, run: Run): Draft =>
  change(draft, { runs: { ...draft.incident.runs, [run.id]: run } });

/** What every line about a run says. */
export const about = ({ id, order, target }: Run, at: Instant) => ({ at, run: id, order, target });

/** Ends a run, says so, and lets the runbook go on. */
export function endRun(draft: Draft, run: Run, by: Person, ended: Ended, follow: Follow): Draft {
  const { outcome, at } = ended;
  const says = fullStop(ended.says);
  const known = {
    ...('plan' in run.stand && run.stand.plan !== undefined ? { plan: run.stand.plan } : {}),
    ...('mark' in run.stand && run.stand.mark !== undefined ? { mark: run.stand.mark } : {}),
  };
  const over: Run = { ...run, stand: { ...known, ...ended, says } };
  const said = change(put(draft, over), {}, { type: 'RunEnded', by, outcome, says, ...about(run, at) });
  const settled = change(said, { runs: settle(said.incident.runs, over, outcome) });
  const watched =
    outcome === 'succeeded' && run.order.verb === 'delete-pod' ? watchAgain(settled, run.order.pod, run, at) : settled;
  return follow(recheckLater(watched, over), over, { ...ended, says });
}

/** What the end of a run makes of what is left changed. */
function settle(runs: Runs, run: Run, outcome: Ended['outcome']): Runs {
  const undone = run.undoes === null ? undefined : runs[run.undoes];
  if (outcome === 'superseded') return afterSuperseding(runs, run);
  return outcome === 'succeeded' && undone !== undefined ? afterUndoing(runs, run, undone) : runs;
}

/** A pod that kept a rollout waiting was deleted: the rollout goes on, so it is watched as before. */
function watchAgain(draft: Draft, pod: string, { target }: Pick<Run, 'target'>, at: Instant): Draft {
  const run = Object.values(draft.incident.runs).findLast(
    ({ stand, target: other }) => other === target && stand.is === 'ended' && stand.stuck === pod,
  );
  if (run?.stand.is !== 'ended' || run.stand.plan === undefined || run.stand.mark === undefined) return draft;
  const { plan, mark } = run.stand;
  const until = at + (run.rollout ?? watchFor);
  const resumed: Run = { ...run, stand: { is: 'watching', plan, mark, progress: null, until } };
  const said = change(put(draft, resumed), {}, { type: 'WatchResumed', pod, ...about(run, at) });
  return ask(said, { type: 'kubernetes.watch', run: run.id, target, plan, mark, seen: null, until });
}

/** An end without a deed. */
export const refusedEnd = (at: Instant, outcome: Ended['outcome'], says: string): Ended => ({
  is: 'ended',
  outcome,
  at,
  says,
  stuck: null,
});

/** What the worker answered. */
export function ran(draft: Draft, event: RunEvent, facts: Facts, follow: Follow): Draft | Refusal {
  const run = draft.incident.runs[event.run];
  const { at } = event;
  const stale = { refused: `Run ${event.run} has moved on since this was asked.` };
  if (run === undefined) return stale;
  const { stand } = run;
  switch (event.type) {
    case 'PlanRefused':
      if (stand.is !== 'planning') return stale;
      return endRun(draft, run, vigie, refusedEnd(at, 'refused', event.says), follow);
    case 'PlanMade':
      return stand.is === 'planning' ? planned(draft, run, event, facts, follow) : stale;
    case 'ActionLanded': {
      if (stand.is !== 'running') return stale;
      const { plan } = stand;
      const until = at + (run.rollout ?? watchFor);
      const { mark } = event;
      const says = fullStop(event.says);
      const watching: Run = {
        ...run,
        stand: { is: 'watching', plan, mark, progress: null, until },
        inverse: plan.inverse,
        left: plan.inverse === null || run.undoes !== null ? null : { is: 'changed' },
      };
      const runs = afterLanding(draft.incident.runs, watching);
      const said = change(draft, { runs }, { type: 'ActionLanded', mark, says, ...about(run, at) });
      return ask(said, { type: 'kubernetes.watch', run: run.id, target: run.target, plan, mark, seen: null, until });
    }
    case 'RolloutMoved': {
      if (stand.is !== 'watching') return stale;
      const { plan, until } = stand;
      const { progress, mark } = event;
      const moved = put(draft, { ...run, stand: { ...stand, progress, mark } });
      const said = change(moved, {}, { type: 'RolloutMoved', progress, ...about(run, at) });
      return ask(said, {
        type: 'kubernetes.watch',
        run: run.id,
        target: run.target,
        plan,
        mark,
        seen: progress,
        until,
      });
    }
    case 'RunEnded': {
      if (stand.is !== 'running' && stand.is !== 'watching') return stale;
      const { outcome, says, stuck } = event;
      return endRun(draft, run, run.by, { is: 'ended', outcome, at, says, stuck }, follow);
    }
    case 'ChangeLost':
      return lose(draft, run, at, event.says, facts);
  }
}

/** The worker's part of a run was given up, so nothing will answer any more: it ends as far as is known. */
export function runGivenUp(
  draft: Draft,
  { at, effect, run: id }: { readonly at: Instant; readonly effect: string; readonly run: string | null },
  why: string,
  follow: Follow,
): Draft {
  const run = draft.incident.runs[id ?? ''];
  const end = (outcome: Ended['outcome'], says: string): Draft =>
    run === undefined ? draft : endRun(draft, run, vigie, refusedEnd(at, outcome, `${says}: ${why}`), follow);
  switch (run?.stand.is) {
    case 'planning':
      return effect === 'kubernetes.plan' ? end('refused', 'It could not be planned') : draft;
    case 'running':
      return effect === 'kubernetes.run' ? end('unknown', 'Look at it, nobody knows whether it was done') : draft;
    case 'watching':
      return effect === 'kubernetes.watch' ? end('unknown', 'It landed, and what became of it was not seen') : draft;
    default:
      return draft;
  }
}

function planned(
  draft: Draft,
  run: Run,
  { at, plan }: Extract<RunEvent, { type: 'PlanMade' }>,
  facts: Facts,
  follow: Follow,
): Draft {
  const target = readTarget(run.target);
  const service = target === null ? undefined : serviceAt(target, facts.services);
  const needed = approvalsNeeded(run.order.verb, service?.environment ?? null, run.approvals, facts.access);
  const stand: Planned = { is: 'planned', plan, needed, approvals: [], until: at + facts.access.approvals.expire };
  const shown: Run = { ...run, stand };
  const against = againstPlan(shown, plan, at, facts);
  // What Vigie does by itself, and what an admin broke the glass for, waits for nobody.
  const alone = run.breakGlass !== null || run.by.id === vigie.id;
  const asked = against === null && !alone ? needed : null;
  const said = change(put(draft, shown), {}, { type: 'PlanMade', plan, needed: asked, ...about(run, at) });
  if (against !== null) return endRun(said, shown, vigie, against, follow);
  return alone
    ? begin(said, shown, stand, [run.by], at, facts, follow)
    : wakeAt(said, stand.until, { type: 'PlanExpired', run: run.id });
}

/** The end of a run that is not done as it was planned; null when nothing stands against it. */
function againstPlan(run: Run, plan: Plan, at: Instant, facts: Facts): Ended | null {
  const { order, breakGlass } = run;
  const blocks = plan.warnings.find((warning) => warning.blocks);
  if (blocks !== undefined && breakGlass === null) {
    const says = `${fullStop(blocks.text)} An admin may break the glass.`;
    return { ...refusedEnd(at, 'refused', says), glass: true };
  }
  const target = readTarget(run.target);
  if (target !== null) {
    const recent = facts.target?.recent ?? [];
    const deed = { order, target, at, breakGlass: breakGlass !== null, replicas: plan.replicas, recent };
    const refusal = refuseDeed(deed, facts);
    const glass = refuseDeed({ ...deed, breakGlass: true }, facts) === null;
    if (refusal !== null) return { ...refusedEnd(at, 'refused', refusal.refused), glass };
  }
  if (breakGlass !== null || run.by.id !== vigie.id) return null;
  const service = target === null ? undefined : serviceAt(target, facts.services);
  const standing = {
    switchedOn: facts.automationOff !== true,
    deployedAt: plan.deployedAt,
    tried: facts.target?.tried.includes(plan.templateHash) ?? false,
    stepApprovals: run.approvals,
  };
  const leave = mayAutomate(order.verb, service ?? null, standing, at);
  return leave.may === 'run' ? null : refusedEnd(at, leave.may === 'dry-run' ? 'rehearsed' : 'refused', leave.says);
}

/** Sends it: nobody else holds the workload, or they only watch and this goes back or breaks the glass. */
export function begin(
  draft: Draft,
  run: Run,
  { plan }: Planned,
  by: readonly Person[],
  at: Instant,
  facts: Facts,
  follow: Follow,
): Draft {
  const holder = facts.target?.holder ?? null;
  const preempts = holder?.watching === true && (run.order.verb === 'rollback' || run.breakGlass !== null);
  if (holder !== null && holder.run !== run.id && !preempts) {
    const says = `${holder.by} works on ${run.target} in incident ${holder.incident} (run ${holder.run}). When that has ended, it is said here, and you can ask again.`;
    return endRun(draft, run, vigie, { ...refusedEnd(at, 'refused', says), behind: holder.run }, follow);
  }
  const expires = at + facts.access.approvals.expire;
  const running: Run = { ...run, stand: { is: 'running', plan, since: at, expires } };
  const said = change(put(draft, running), {}, { type: 'ActionBegun', by, ...about(run, at) });
  const { id, target, breakGlass } = run;
  const asked = by.map(({ name }) => name).join(', ');
  return ask(said, {
    type: 'kubernetes.run',
    run: id,
    target,
    plan,
    by: asked,
    expires,
    breakGlass: breakGlass !== null,
  });
}
