/** What each event does to a climb: a pure reducer over (climb, event, setting). Whom to call, and when to look again. */
import type { Duration, Instant } from '../incident/incident.ts';
import { loudTime } from './calendar.ts';
import { callDue, entering, still } from './call.ts';
import type { Climbed } from './call.ts';
import { elapsedAt, noProgress, patienceOf } from './climb.ts';
import type { Climb, Running, Setting } from './climb.ts';
import { automationOf, pagesAt } from './policy.ts';

/** After a re-opening, whoever acknowledged within so long is offered the incident first … */
const offerWithin: Duration = 2 * 3_600_000;
/** … for so long. */
const offerFor: Duration = 5 * 60_000;

/** What can happen to a climb. */
export type ClimbEvent = { readonly at: Instant } &
  /** The incident opened, or its severity is now one that has a policy. */
  (
    | { readonly type: 'Started' }
    /** A new episode. `acknowledgedAt` is when anybody last did in the one before; null when nobody did. */
    | { readonly type: 'Reopened'; readonly acknowledgedAt: Instant | null }
    /** The time that was asked for as `next`. A stale one changes nothing. */
    | { readonly type: 'Due' }
    /** Alertmanager says again that it fires. */
    | { readonly type: 'Heard' }
    /** Acknowledged, recovering or silenced: the clock stops. */
    | { readonly type: 'Held' }
    /**
     * Nobody holds it any more: it fires again or the silence is over (`signal`); the lease ended or somebody let go
     * (`lease`); or the severity rose above what was acknowledged (`severity`, after `SeverityRose`).
     */
    | { readonly type: 'Freed'; readonly why: 'signal' | 'lease' | 'severity' }
    /** `setting` is what holds from now on, with the policy that `afterRise` chose; `before` is what held until now. */
    | { readonly type: 'SeverityRose'; readonly before: Setting }
    /** The automation acted; it failed, was refused or did not help; it helped. */
    | { readonly type: 'AutomationActed' | 'AutomationFailed' | 'AutomationHelped' }
    /** A person or a runbook asks for a level: `next`, or its id. */
    | { readonly type: 'Asked'; readonly level: string }
    /** Vigie was down since `from`, and is not any more. */
    | { readonly type: 'WasDown'; readonly from: Instant }
    /** Resolved or closed. */
    | { readonly type: 'Ended' }
  );

/** Takes in an event. */
export function climbOn(climb: Climb, event: ClimbEvent, setting: Setting): Climbed {
  const { at } = event;
  switch (event.type) {
    case 'Started':
      return climb.is === 'idle' ? callDue(begin(at), at, setting, true) : still(climb, setting);
    case 'Reopened':
      return callDue(begin(at + offerOf(event.acknowledgedAt, at)), at, setting, true);
    case 'Due':
      return callDue(climb, at, setting, false);
    case 'Heard':
      return callDue(climb, at, setting, true);
    case 'Held':
      return still(held(climb, at, setting), setting);
    case 'Freed':
      return climb.is === 'held' ? freed(climb, event.why, at, setting) : still(climb, setting);
    case 'SeverityRose':
      return callDue(risen(climb, at, event.before, setting), at, setting, true);
    case 'AutomationActed':
    case 'AutomationFailed':
    case 'AutomationHelped':
      return automated(climb, event.type, at, setting);
    case 'Asked':
      return asked(climb, event.level, at, setting);
    case 'WasDown':
      return callDue(wasDown(climb, event.from, at, setting), at, setting, false);
    case 'Ended':
      return still({ is: 'idle' }, setting);
  }
}

const begin = (since: Instant): Running => ({ is: 'running', elapsed: 0, since, ...noProgress });

/** How long whoever acknowledged the last episode is offered this one before anybody is called. */
const offerOf = (acknowledgedAt: Instant | null, at: Instant): Duration =>
  acknowledgedAt !== null && at - acknowledgedAt < offerWithin ? offerFor : 0;

function held(climb: Climb, at: Instant, setting: Setting): Climb {
  if (climb.is === 'idle' || climb.is === 'held') return climb;
  const { entered, early, again, calledAt, repeats, calls, trial } = climb;
  return {
    is: 'held',
    elapsed: elapsedAt(climb, at, setting),
    exhausted: climb.is === 'exhausted',
    ...{ entered, early, again, calledAt, repeats, calls, trial },
  };
}

type HeldClimb = Extract<Climb, { is: 'held' }>;

function freed(
  { exhausted, ...climb }: HeldClimb,
  why: 'signal' | 'lease' | 'severity',
  at: Instant,
  setting: Setting,
): Climbed {
  if (exhausted && why === 'signal') return still({ ...climb, is: 'exhausted' }, setting);
  const running: Running = { ...climb, is: 'running', since: at };
  return callDue(why === 'signal' ? running : dropped(running, why, setting), at, setting, true);
}

/** An acknowledgement fell: who is called follows from the policy, and where no level is left, the last one is again. */
function dropped(climb: Running, why: 'lease' | 'severity', { policy }: Setting): Running {
  const { onExpiry } = policy.ack;
  if (why === 'lease' && onExpiry === 'restart') return { ...climb, ...noProgress, calls: climb.calls, elapsed: 0 };
  if (climb.entered >= policy.levels.length) return { ...climb, again: true };
  return why === 'lease' && onExpiry === 'next_level' ? { ...climb, early: true, trial: null } : climb;
}

/** A rise to the first severity that pages begins anew; any other keeps what the clock shows. */
function risen(climb: Climb, at: Instant, before: Setting, setting: Setting): Climb {
  if (climb.is === 'idle') return climb;
  const elapsed = elapsedAt(climb, at, before);
  const first = !pagesAt(before.severity) && pagesAt(setting.severity);
  const anew = first || before.policy.name !== setting.policy.name;
  const spent = !anew && climb.entered >= setting.policy.levels.length;
  const { entered, early, again, calledAt, repeats, calls, trial } = climb;
  const kept = { entered, early, again: again || spent, calledAt, repeats, calls, trial };
  const next = { ...(anew ? { ...noProgress, calls } : kept), elapsed: first ? 0 : elapsed };
  if (climb.is === 'held') return { ...next, is: 'held', exhausted: false };
  return { ...next, is: 'running', since: climb.is === 'running' ? Math.max(at, climb.since) : at };
}

type AutomationEvent = Extract<ClimbEvent['type'], `Automation${string}`>;

/** Word of the automation of the level at hand; when that was left already, it changes nothing. */
function automated(climb: Climb, type: AutomationEvent, at: Instant, setting: Setting): Climbed {
  if ((climb.is !== 'running' && climb.is !== 'held') || climb.trial === null) return still(climb, setting);
  const elapsed = elapsedAt(climb, at, setting);
  const here: Climb = climb.is === 'held' ? climb : { ...climb, elapsed, since: Math.max(at, climb.since) };
  const level = setting.policy.levels[climb.entered - 1];
  const proof = level === undefined ? null : automationOf(level);
  switch (type) {
    case 'AutomationActed':
      return callDue({ ...here, trial: proof === null ? null : elapsed + proof.verifyWithin }, at, setting, false);
    case 'AutomationHelped':
      return callDue({ ...here, trial: null }, at, setting, false);
    case 'AutomationFailed':
      return callDue({ ...here, trial: null, early: true }, at, setting, true);
  }
}

/**
 * Calls a level because somebody wants it, also while the incident is held and in quiet time. Levels that were passed
 * over are called as well; a level that is not known is the next one.
 */
function asked(climb: Climb, id: string, at: Instant, setting: Setting): Climbed {
  const { levels } = setting.policy;
  if (climb.is === 'idle' || levels.length === 0) return still(climb, setting);
  const named = levels.findIndex((level) => level.id === id);
  const index = named < 0 ? Math.min(climb.entered, levels.length - 1) : named;
  const elapsed = elapsedAt(climb, at, setting);
  const below = index < climb.entered;
  const progress = below
    ? { ...climb, calls: climb.calls + 1, calledAt: elapsed, again: false, repeats: 0 }
    : { ...climb, ...entering({ elapsed, calls: climb.calls }, index + 1, setting) };
  const { entered, early, again, calledAt, repeats, calls, trial } = progress;
  const next = { elapsed, entered, early, again, calledAt, repeats, calls, trial };
  const after: Climb =
    climb.is === 'held'
      ? { ...next, is: 'held', exhausted: false }
      : { ...next, is: 'running', since: climb.is === 'running' ? Math.max(at, climb.since) : at };
  const called = below ? levels.slice(index, index + 1) : levels.slice(climb.entered, index + 1);
  return { ...still(after, setting), call: { number: calls, levels: called, why: 'asked', late: 0 } };
}

/** Down time does not count; but what would have been due in it is due now. */
function wasDown(climb: Climb, from: Instant, at: Instant, setting: Setting): Climb {
  if (climb.is !== 'running' || climb.since >= at) return climb;
  const since = Math.max(from, climb.since);
  const elapsed = elapsedAt(climb, since, setting);
  const shown = climb.elapsed + loudTime(setting.calendar, climb.since, at);
  const level = setting.policy.levels[climb.entered];
  if (level !== undefined) {
    if (level.at > shown && !climb.early) return { ...climb, elapsed, since: at };
    return { ...climb, elapsed, since, early: true, trial: null };
  }
  const patience = patienceOf(setting.policy);
  const repeats = climb.repeats < (setting.policy.repeat?.times ?? 0);
  if (climb.again) return { ...climb, elapsed, since };
  if (!repeats || climb.calledAt + patience > shown) return { ...climb, elapsed, since: at };
  return { ...climb, elapsed, since, calledAt: elapsed - patience };
}
