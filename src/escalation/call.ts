/** What is due is done: levels are entered, people called again, the end of the policy reached. Missed ones make one call. */
import type { Duration, Instant } from '../incident/incident.ts';
import { loudTime } from './calendar.ts';
import { elapsedAt, nextDue, stepAfter, stepDue, stepWakes } from './climb.ts';
import type { Climb, Progress, Running, Setting, Step } from './climb.ts';
import { automationOf, wakes } from './policy.ts';
import type { Level } from './policy.ts';

/** Nothing that is due for longer, quiet time left out, wakes anybody, unless it is heard of again. */
export const oldest: Duration = 12 * 3_600_000;

/** Levels addressed at once, by one page each at most. */
export interface Call {
  /** From 1, within the episode: part of the key that makes a page harmless to repeat. */
  readonly number: number;
  /** In the policy's order. */
  readonly levels: readonly Level[];
  /**
   * Levels were entered, in their time or before it; nobody answered and they are called again; an acknowledgement fell
   * or the severity rose after the last level; a person or a runbook asked; or a person named whom to call.
   */
  readonly why: 'entered' | 'repeated' | 'called again' | 'asked' | 'by name';
  /** How long after it was due, quiet time left out; more than seconds when Vigie was down. */
  readonly late: Duration;
}

/** What an event makes of a climb. */
export interface Climbed {
  readonly climb: Climb;
  /** Whom to call now; null for nobody. */
  readonly call: Call | null;
  /** The policy has just run out. */
  readonly exhausted: boolean;
  /** When to record `Due`; null when nothing will be due, or it is too old to wake anybody. */
  readonly next: Instant | null;
}

/** A climb with nobody called. */
export const still = (climb: Climb, setting: Setting): Climbed => ({
  climb,
  call: null,
  exhausted: false,
  next: nextDue(climb, setting),
});

/** Does everything that is due by `at`, as one call. `fresh`: it is known to matter now, so its age does not count. */
export function callDue(climb: Climb, at: Instant, setting: Setting, fresh: boolean): Climbed {
  if (climb.is !== 'running') return still(climb, setting);
  const step = stepAfter(climb, setting);
  const due = step === null ? null : stepDue(step, climb, setting);
  if (step === null || due === null || due > at) return still(climb, setting);
  const late = loudTime(setting.calendar, due, at);
  if (!fresh && late > oldest) return { ...still(climb, setting), next: null };
  const { quiet, until } = setting.calendar(at);
  if (quiet && stepWakes(step, setting)) {
    // What is heard of in quiet time is no longer old when that is over.
    const heard: Running = { ...climb, elapsed: elapsedAt(climb, at, setting), since: at };
    return { ...still(late > oldest ? heard : climb, setting), next: until };
  }
  return joined(doStep(step, climb, at, setting), late, at, setting);
}

/** What a step changes: the climb after it, and the levels it calls. */
interface Done {
  readonly climb: Exclude<Climb, { is: 'idle' | 'held' }>;
  readonly levels: readonly Level[];
  readonly why: Call['why'];
  readonly exhausted: boolean;
}

/** The steps that follow at once belong to the same call. */
function joined(done: Done, late: Duration, at: Instant, setting: Setting): Climbed {
  const following = callDue(done.climb, at, setting, true);
  const rest = { ...following, exhausted: done.exhausted || following.exhausted };
  const levels = [...done.levels, ...(rest.call?.levels ?? [])];
  if (rest.climb.is === 'idle' || levels.length === 0) return rest;
  const number = done.climb.calls + (done.levels.length === 0 ? 1 : 0);
  const why = done.levels.length === 0 && rest.call !== null ? rest.call.why : done.why;
  return { ...rest, climb: { ...rest.climb, calls: number }, call: { number, levels, why, late } };
}

function doStep(step: Step, climb: Running, at: Instant, setting: Setting): Done {
  const here: Running = { ...climb, elapsed: elapsedAt(climb, at, setting), since: at };
  const none = { levels: [], why: 'entered', exhausted: false } as const;
  switch (step.is) {
    case 'level': {
      const levels = missed(climb, at, setting);
      return { ...none, climb: { ...here, ...entering(here, climb.entered + levels.length, setting) }, levels };
    }
    case 'trial':
      return { ...none, climb: { ...here, trial: null, early: true } };
    case 'again': {
      const levels = setting.policy.levels.slice(-1);
      return { ...none, climb: called({ ...here, again: false, repeats: 0 }), levels, why: 'called again' };
    }
    case 'repeat': {
      const levels = repeated(setting);
      return { ...none, climb: called({ ...here, repeats: here.repeats + 1 }), levels, why: 'repeated' };
    }
    case 'end': {
      const { since: _, ...rest } = here;
      return { ...none, climb: { ...rest, is: 'exhausted' }, exhausted: true };
    }
  }
}

/**
 * The level that is due, and those behind it whose time has come as well, down time counted; in quiet time only as far
 * as they wake nobody.
 */
function missed(climb: Running, at: Instant, { policy, severity, calendar }: Setting): readonly Level[] {
  const shown = climb.elapsed + loudTime(calendar, climb.since, at);
  const rest = policy.levels.slice(climb.entered);
  const stop = rest.findIndex(
    (level, index) => (index > 0 && level.at > shown) || (calendar(at).quiet && wakes(level, severity)),
  );
  return stop < 0 ? rest : rest.slice(0, stop);
}

/** What changes when levels are entered, so that `entered` of them are. */
export function entering(
  { elapsed, calls }: { readonly elapsed: Duration; readonly calls: number },
  entered: number,
  { policy, automated }: Setting,
): Progress {
  const last = policy.levels[entered - 1];
  const leaves = last?.leaveEarly === 'no_automation_or_failed';
  const automation = leaves && automated ? automationOf(last) : null;
  return {
    entered,
    early: leaves && automation === null,
    again: false,
    calledAt: elapsed,
    repeats: 0,
    calls: calls + 1,
    trial: automation === null ? null : elapsed + automation.deadline,
  };
}

const called = (climb: Running): Running => ({ ...climb, calls: climb.calls + 1, calledAt: climb.elapsed });

function repeated({ policy }: Setting): readonly Level[] {
  const from = policy.levels.findIndex(({ id }) => id === policy.repeat?.from);
  return policy.levels.slice(from < 0 ? -1 : from);
}
