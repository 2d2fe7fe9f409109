/** What people decide about runs: yes, no, and what becomes of what was changed; and the timers that decide for them. */
import { mayApprove, tally } from '../access/approvals.ts';
import type { Approval } from '../access/approvals.ts';
import { mayOrder, refuseDeed } from '../access/rails.ts';
import { rolesOf } from '../access/roles.ts';
import { change, wakeAt } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { vigie } from '../incident/incident.ts';
import type { Instant } from '../incident/incident.ts';
import { readTarget, spokenOrder } from './action.ts';
import type { RunDeed, RunWake } from './events.ts';
import { nth } from './run.ts';
import type { Run } from './run.ts';
import { about, begin, endRun, put, refusedEnd } from './runs.ts';
import type { Follow } from './runs.ts';

/** What a person did about a run. Asking for one is `askRun`. */
export function decided(
  draft: Draft,
  event: Exclude<RunDeed, { type: 'ActionAsked' }>,
  facts: Facts,
  follow: Follow,
): Draft | Refusal {
  const run = draft.incident.runs[event.run];
  if (run === undefined) return { refused: `There is no run ${event.run}.` };
  const { at, by } = event;
  switch (event.type) {
    case 'ActionApproved':
      return approved(draft, run, event, facts, follow);
    case 'ActionCancelled': {
      const { stand } = run;
      // Somebody looked at what nobody knew: the workload is free again.
      const looked = stand.is === 'ended' && stand.outcome === 'unknown';
      if (stand.is !== 'planning' && stand.is !== 'planned' && !looked) {
        return { refused: `${nameOf(run)} can't be called off any more.` };
      }
      const says = looked ? `${by.name} looked at it and frees the workload.` : `${by.name} called it off.`;
      return endRun(draft, run, by, refusedEnd(at, 'cancelled', says), follow);
    }
    case 'ChangeKept': {
      if (run.left?.is !== 'changed') return { refused: `${nameOf(run)} has left nothing changed.` };
      const { owner, until, why } = event;
      if (until <= at) return { refused: 'Say until when it is kept.' };
      const kept = change(
        put(draft, { ...run, left: { is: 'kept', owner, until, why } }),
        {},
        { type: 'ChangeKept', by, owner, until, why, ...about(run, at) },
      );
      return wakeAt(kept, until, { type: 'KeepEnded', run: run.id, until });
    }
  }
}

const nameOf = ({ order, target }: Run): string => `"${spokenOrder(order)}" of ${target}`;

function approved(
  draft: Draft,
  run: Run,
  { at, by, digest }: Extract<RunDeed, { type: 'ActionApproved' }>,
  facts: Facts,
  follow: Follow,
): Draft | Refusal {
  const { stand } = run;
  const target = readTarget(run.target);
  if (stand.is !== 'planned' || target === null) {
    return {
      refused: stand.is === 'planning' ? 'The plan is still being made.' : `${nameOf(run)} waits for no approval.`,
    };
  }
  const { plan, needed, approvals } = stand;
  const request = { by: run.by, at: stand.until - facts.access.approvals.expire, digest: plan.digest, needed };
  if (digest !== plan.digest)
    return { refused: 'The plan has changed since you were shown it. Look at the new one, and approve that.' };
  const deed = {
    order: run.order,
    target,
    at,
    breakGlass: false,
    replicas: plan.replicas,
    recent: facts.target?.recent ?? [],
  };
  const refusal =
    facts.actor === undefined
      ? { refused: 'Nobody said who approves.' }
      : needed === 0
        ? mayOrder(facts.actor, deed, facts)
        : (mayApprove(facts.actor, digest, { request, approvals }, at, facts.access) ?? refuseDeed(deed, facts));
  if (refusal !== null || facts.actor === undefined) return refusal ?? { refused: 'Nobody said who approves.' };
  const approval: Approval = { by, roles: rolesOf(facts.actor, facts.access.roles), digest, at };
  const all = [...approvals, approval];
  const { agreed, missing } = tally(request, all, at, facts.access);
  const next: Run = { ...run, stand: { ...stand, approvals: all } };
  const said = change(put(draft, next), {}, { type: 'ActionApproved', by, digest, missing, ...about(run, at) });
  return missing > 0
    ? said
    : begin(said, next, { ...stand, approvals: all }, needed === 0 ? [by] : [run.by, ...agreed], at, facts, follow);
}

/** A timer of a run is due. */
export function wokenAtRun(draft: Draft, event: RunWake & { readonly at: Instant }, follow: Follow): Draft | Refusal {
  const run = draft.incident.runs[event.run];
  const { at } = event;
  const stale = { refused: `Run ${event.run} has moved on since this timer was set.` };
  if (run === undefined) return stale;
  switch (event.type) {
    case 'PlanExpired':
      if (run.stand.is !== 'planned' || run.stand.until > at) return stale;
      return endRun(
        draft,
        run,
        vigie,
        refusedEnd(at, 'expired', 'Nobody said yes in time. Ask again for a new plan.'),
        follow,
      );
    case 'TargetFreed': {
      const { number, human, runs } = draft.incident;
      const { stand, target } = run;
      const asked = Object.values(runs).some((other) => other.target === target && nth(other) > nth(run));
      if (stand.is !== 'ended' || stand.behind === undefined || human.is === 'closed') return stale;
      if (asked) return { refused: `Incident ${number} has asked for something else on ${target} since.` };
      const { behind: _, ...over } = stand;
      const to = run.by.id === vigie.id ? null : run.by;
      return change(put(draft, { ...run, stand: over }), {}, { type: 'TargetFreed', to, ...about(run, at) });
    }
    case 'KeepEnded': {
      if (run.left?.is !== 'kept' || run.left.until !== event.until) return stale;
      const { owner } = run.left;
      return change(
        put(draft, { ...run, left: { is: 'changed' } }),
        {},
        { type: 'KeepEnded', owner, ...about(run, at) },
      );
    }
  }
}
