/** A policy like the one that ships as an example, and an incident that climbs it minute by minute. */
import type { Call } from '../../src/escalation/call.ts';
import { neverQuiet } from '../../src/escalation/calendar.ts';
import type { Calendar } from '../../src/escalation/calendar.ts';
import { elapsedAt } from '../../src/escalation/climb.ts';
import type { Climb, Setting } from '../../src/escalation/climb.ts';
import { climbOn } from '../../src/escalation/move.ts';
import type { ClimbEvent } from '../../src/escalation/move.ts';
import type { Level, LevelDeed, Policy } from '../../src/escalation/policy.ts';

/** Minutes as milliseconds. */
export const minutes = (count: number): number => count * 60_000;

/** Pages the service of the incident. */
export const page: LevelDeed = { kind: 'pagerduty', service: 'incident', responders: [], escalationPolicy: null };
/** Tells the incident's channel, and calls nobody. */
export const tell: LevelDeed = { kind: 'slack', mention: null };
/** Tries a remedy. */
const remedy: LevelDeed = { kind: 'automation', deadline: minutes(1), verifyWithin: minutes(10) };

/** A level that is entered at a minute. */
export const level = (id: string, at: number, ...deeds: readonly LevelDeed[]): Level => ({
  ...{ id, name: id, at: minutes(at), do: deeds },
  leaveEarly: deeds.includes(remedy) ? 'no_automation_or_failed' : null,
});

/** L1 at once, L2 at 15, L3 at 30, L4 at 60 minutes; then all from L2 on every 30 minutes, three times. */
export const production: Policy = {
  name: 'production',
  levels: [level('L1', 0, tell, remedy), level('L2', 15, page), level('L3', 30, page), level('L4', 60, page)],
  repeat: { from: 'L2', every: minutes(30), times: 3 },
  ack: { lease: minutes(30), remindBefore: minutes(5), onExpiry: 'resume' },
  quiet: [],
  timezone: 'UTC',
  confirm: null,
  fallback: [],
};

/** Tells and calls in Slack only. */
export const slackOnly: Policy = {
  ...production,
  name: 'slack-only',
  levels: [level('L1', 0, { kind: 'slack', mention: 'group' })],
  repeat: null,
};

/** A critical incident under `production`, with an automation, never quiet. */
export const usual: Setting = { policy: production, severity: 'critical', calendar: neverQuiet, automated: true };

/** Quiet between two minutes. */
export const quietBetween =
  (from: number, to: number): Calendar =>
  (at) => {
    if (at < minutes(from)) return { quiet: false, until: minutes(from) };
    return at < minutes(to) ? { quiet: true, until: minutes(to) } : { quiet: false, until: null };
  };

/** An event without its time. */
export type Given = ClimbEvent extends infer E ? (E extends ClimbEvent ? Omit<E, 'at'> : never) : never;

/** An incident on its policy. Times are minutes since it opened. */
export interface Climber {
  /** Who was called when, in words. */
  readonly said: readonly string[];
  readonly calls: readonly Call[];
  readonly climb: () => Climb;
  /** When something is due. */
  readonly next: () => number | null;
  readonly elapsed: (minute: number) => number;
  /** The severity rises, perhaps to another policy. */
  readonly rise: (minute: number, changed: Partial<Setting>) => void;
  /** Lets time pass, then takes in an event. `asleep` lets it pass unnoticed. */
  readonly at: (minute: number, event: Given, asleep?: boolean) => void;
  /** Lets time pass: whatever is due is done when it is. */
  readonly until: (minute: number) => Climber;
}

/** An incident that has just opened, unless it is told to wait. */
export function openClimb(first: Setting = usual, opens = true): Climber {
  let climb: Climb = { is: 'idle' };
  let next: number | null = null;
  let setting = first;
  const said: string[] = [];
  const calls: Call[] = [];

  const take = (event: ClimbEvent): void => {
    const after = climbOn(climb, event, setting);
    ({ climb, next } = after);
    const minute = `${event.at / minutes(1)}`;
    if (after.call !== null) {
      calls.push(after.call);
      const { levels, why, late } = after.call;
      const delay = late < minutes(1) ? '' : `, ${late / minutes(1)} late`;
      said.push(`${minute}: ${levels.map(({ id }) => id).join('+')} ${why}${delay}`);
    }
    if (after.exhausted) said.push(`${minute}: exhausted`);
  };
  const due = (minute: number): number | null => (next !== null && next <= minutes(minute) ? next : null);
  const climber: Climber = {
    said,
    calls,
    climb: () => climb,
    next: () => (next === null ? null : next / minutes(1)),
    elapsed: (minute) => elapsedAt(climb, minutes(minute), setting) / minutes(1),
    rise: (minute, changed) => {
      climber.until(minute);
      const before = setting;
      setting = { ...setting, ...changed };
      take({ type: 'SeverityRose', at: minutes(minute), before });
    },
    at: (minute, event, asleep = false) => {
      if (!asleep) climber.until(minute);
      take({ ...event, at: minutes(minute) });
    },
    until: (minute) => {
      for (let at = due(minute); at !== null; at = due(minute)) take({ type: 'Due', at });
      return climber;
    },
  };
  if (opens) climber.at(0, { type: 'Started' });
  return climber;
}
