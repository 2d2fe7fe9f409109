/** Where an incident stands on its policy, and the clock of that: it counts only time that nobody held, loud and awake. */
import type { Duration, Instant, Severity } from '../incident/incident.ts';
import { afterLoud, loudFrom, loudTime } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { wakes } from './policy.ts';
import type { Level, Policy } from './policy.ts';

/** How far a policy has run in this episode. */
export interface Progress {
  /** Levels entered so far, from the first. */
  readonly entered: number;
  /** The next level does not wait for its time. */
  readonly early: boolean;
  /** The last level must be paged again: somebody held the incident, and let it fall. */
  readonly again: boolean;
  /** What the clock showed when somebody was last called. */
  readonly calledAt: Duration;
  readonly repeats: number;
  /** Calls so far in this episode; each has its number. */
  readonly calls: number;
  /** The automation of the level at hand: by when, on this clock, it must have got on. */
  readonly trial: Duration | null;
}

/** How far the policy has run, and whether its clock does. Plain JSON. */
export type Climb =
  | { readonly is: 'idle' }
  /** `since` lies ahead while the clock waits to begin. */
  | ({ readonly is: 'running'; readonly elapsed: Duration; readonly since: Instant } & Progress)
  /** `exhausted`: it was so before it was held. */
  | ({ readonly is: 'held'; readonly elapsed: Duration; readonly exhausted: boolean } & Progress)
  /** Nobody answered, and nothing is left to try. */
  | ({ readonly is: 'exhausted'; readonly elapsed: Duration } & Progress);

/** A climb whose clock runs. */
export type Running = Extract<Climb, { is: 'running' }>;

/** What a climb is judged by; frozen in the incident, except for the calendar, which is compiled from the policy. */
export interface Setting {
  readonly policy: Policy;
  readonly severity: Severity;
  /** Of this policy and this severity. */
  readonly calendar: Calendar;
  /** Whether there is an automation for this incident that may run. */
  readonly automated: boolean;
}

/** Nothing entered, nobody called. */
export const noProgress: Progress = {
  entered: 0,
  early: false,
  again: false,
  calledAt: 0,
  repeats: 0,
  calls: 0,
  trial: null,
};

/** What comes next, and what the clock shows then. */
export type Step = { readonly elapsed: Duration } & (
  | { readonly is: 'level'; readonly level: Level }
  /** The automation has had its time. */
  | { readonly is: 'trial' }
  | { readonly is: 'again' | 'repeat' }
  | { readonly is: 'end' }
);

/** How long the last call may stay unanswered before the policy counts as exhausted. */
export const patienceOf = ({ repeat, ack }: Policy): Duration => repeat?.every ?? ack.lease;

/** What comes next if nobody does anything; null when the policy has no levels. */
export function stepAfter(progress: Progress, { policy }: Pick<Setting, 'policy'>): Step | null {
  const { entered, early, again, calledAt, repeats, trial } = progress;
  const level = policy.levels[entered];
  if (level !== undefined) {
    const elapsed = early ? 0 : level.at;
    return trial !== null && trial < elapsed ? { is: 'trial', elapsed: trial } : { is: 'level', level, elapsed };
  }
  if (entered === 0) return null;
  if (again) return { is: 'again', elapsed: 0 };
  const elapsed = calledAt + patienceOf(policy);
  return { is: repeats < (policy.repeat?.times ?? 0) ? 'repeat' : 'end', elapsed };
}

/** Whether a step may wake somebody, and so waits until quiet time is over. */
export function stepWakes(step: Step, { severity }: Setting): boolean {
  switch (step.is) {
    case 'level':
      return wakes(step.level, severity);
    case 'again':
    case 'repeat':
      return true;
    case 'trial':
    case 'end':
      return false;
  }
}

/** When a step of a running climb is due; null when all time from now on is quiet. */
export function stepDue(step: Step, { elapsed, since }: Running, setting: Setting): Instant | null {
  const due = afterLoud(setting.calendar, since, step.elapsed - elapsed);
  return due === null || !stepWakes(step, setting) ? due : loudFrom(setting.calendar, due);
}

/** When something is due next, if nobody does anything. */
export function nextDue(climb: Climb, setting: Setting): Instant | null {
  if (climb.is !== 'running') return null;
  const step = stepAfter(climb, setting);
  return step === null ? null : stepDue(step, climb, setting);
}

/**
 * When a level will be entered if nobody does anything before; null when it was entered, or the clock does not run.
 * That automation fails before is not foreseen.
 */
export function dueOf(id: string, climb: Climb, setting: Setting): Instant | null {
  const index = setting.policy.levels.findIndex((level) => level.id === id);
  const level = setting.policy.levels[index];
  if (climb.is !== 'running' || level === undefined || index < climb.entered) return null;
  const elapsed = climb.early && index === climb.entered ? 0 : level.at;
  return stepDue({ is: 'level', level, elapsed }, climb, setting);
}

/**
 * What the clock shows at an instant. It never runs past what is due and was not done: then Vigie was down, or busy,
 * and that time does not count.
 */
export function elapsedAt(climb: Climb, at: Instant, setting: Setting): Duration {
  if (climb.is === 'idle') return 0;
  if (climb.is !== 'running') return climb.elapsed;
  const step = stepAfter(climb, setting);
  const most = step === null ? Infinity : Math.max(climb.elapsed, step.elapsed);
  return Math.min(most, climb.elapsed + loudTime(setting.calendar, climb.since, at));
}
