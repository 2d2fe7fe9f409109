/** The rule book of actions: planned, approved, run, watched, ended, and what they left changed. */
import { approvalsNeeded } from '../access/approvals.ts';
import { mayAutomate } from '../access/automation.ts';
import { refuseDeed } from '../access/rails.ts';
import { serviceAt } from '../access/targets.ts';
import { ask, change, wakeAt } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { readTarget } from './action.ts';
import type { RunEvent } from './action.ts';
import type { Run, RunStand } from './run.ts';

/** What follows for the runbook when a run ends; handed in by the walk. */
export type Follow = (draft: Draft, run: Run, ended: Extract<RunStand, { is: 'ended' }>) => Draft;

type Ended = Extract<RunStand, { is: 'ended' }>;
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
  const { outcome, says, at } = ended;
  const plan = 'plan' in run.stand ? run.stand.plan : undefined;
  const stand: Ended = plan === undefined ? ended : { ...ended, plan };
  const over = change(put(draft, { ...run, stand }), {}, { type: 'RunEnded', by, outcome, says, ...about(run, at) });
  const undone = run.undoes === null ? undefined : over.incident.runs[run.undoes];
  const settled =
    undone === undefined || outcome !== 'succeeded'
      ? over
      : put(over, { ...undone, left: { is: 'reverted', by: run.id } });
  return follow(settled, { ...run, stand }, ended);
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
      const { mark, says } = event;
      const watching: Run = {
        ...run,
        stand: { is: 'watching', plan, mark, progress: null, until },
        inverse: plan.inverse,
        left: plan.inverse === null || run.undoes !== null ? null : { is: 'changed' },
      };
      const said = change(put(draft, watching), {}, { type: 'ActionLanded', mark, says, ...about(run, at) });
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
  const said = change(put(draft, shown), {}, { type: 'PlanMade', plan, needed, ...about(run, at) });
  const blocks = plan.warnings.find((warning) => warning.blocks);
  if (blocks !== undefined && run.breakGlass === null) {
    return endRun(
      said,
      shown,
      vigie,
      refusedEnd(at, 'refused', `${blocks.text} An admin may break the glass.`),
      follow,
    );
  }
  const rails =
    target === null
      ? null
      : refuseDeed(
          {
            order: run.order,
            target,
            at,
            breakGlass: run.breakGlass !== null,
            replicas: plan.replicas,
            recent: facts.target?.recent ?? [],
          },
          facts,
        );
  if (rails !== null) return endRun(said, shown, vigie, refusedEnd(at, 'refused', rails.refused), follow);
  if (run.breakGlass !== null) return begin(said, shown, stand, [run.by], at, facts, follow);
  if (run.by.id === vigie.id) {
    const switchedOn = facts.automationOff !== true;
    const tried = facts.target?.tried.includes(plan.templateHash) ?? false;
    const standing = { switchedOn, deployedAt: plan.deployedAt, tried, stepApprovals: run.approvals };
    const leave = mayAutomate(run.order.verb, service ?? null, standing, at);
    if (leave.may === 'run') return begin(said, shown, stand, [vigie], at, facts, follow);
    const outcome = leave.may === 'dry-run' ? 'rehearsed' : 'refused';
    return endRun(said, shown, vigie, refusedEnd(at, outcome, leave.says), follow);
  }
  return wakeAt(said, stand.until, { type: 'PlanExpired', run: run.id });
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
    const says = `${holder.by} works on ${run.target} in incident ${holder.incident} (run ${holder.run}). Ask again when that has ended.`;
    return endRun(draft, run, vigie, refusedEnd(at, 'refused', says), follow);
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
