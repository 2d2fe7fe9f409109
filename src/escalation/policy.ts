/** Escalation policies as data: plain JSON, copied into an incident when it opens. Secrets are references, never values. */
import { isAbove } from '../incident/incident.ts';
import type { Duration, Severity } from '../incident/incident.ts';

/** What happens when an acknowledgement runs out: go on, begin anew, or enter the next level at once. */
export const expiries = ['resume', 'restart', 'next_level'] as const;
export type Expiry = (typeof expiries)[number];

/** Whom a message in the incident's channel calls: the service's user group, who is on call, or these Slack ids. */
export type Mention = 'group' | 'oncall' | readonly string[];

/** Whom PagerDuty adds to its incident, by its own ids. */
export type Responder =
  | { readonly is: 'user'; readonly id: string }
  | { readonly is: 'escalation_policy'; readonly id: string }
  /** Somebody whom a person pages; PagerDuty is asked who has this address. */
  | { readonly is: 'email'; readonly id: string };

/** One thing that a level does when it is entered. */
export type LevelDeed =
  | { readonly kind: 'slack'; readonly mention: Mention | null }
  | {
      readonly kind: 'automation';
      /** It must have acted within. */
      readonly deadline: Duration;
      /** And then it must have helped within. */
      readonly verifyWithin: Duration;
    }
  | {
      readonly kind: 'pagerduty';
      /** `incident`: that of the incident's service, or else the default; `default`; or the name of a service. */
      readonly service: string;
      readonly responders: readonly Responder[];
      /** Id of the PagerDuty policy that takes the incident over; null leaves it to the PagerDuty service. */
      readonly escalationPolicy: string | null;
    };

/** A level of a policy. */
export interface Level {
  readonly id: string;
  readonly name: string;
  /** Entered when the incident has been nobody's for so long. */
  readonly at: Duration;
  readonly do: readonly LevelDeed[];
  /** Whether the next level is entered at once when there is no automation, or it failed. */
  readonly leaveEarly: 'no_automation_or_failed' | null;
}

/** From Sunday, as JavaScript counts them. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** A time of the week in which nobody is woken for some severities. */
export interface QuietTime {
  /** The days on which it begins. */
  readonly days: readonly Weekday[];
  /** Minutes of the day, from 0 to 1,439. */
  readonly from: number;
  /** Minutes of the day, up to 1,440. Not after `from`: it ends on the next day. */
  readonly to: number;
  readonly severities: readonly Severity[];
}

/** What is tried, in order, when PagerDuty fails or does not confirm. */
export type Fallback =
  /** Another integration key. */
  | { readonly kind: 'pagerduty'; readonly routingKey: string }
  | {
      readonly kind: 'slack';
      readonly channel: string;
      readonly mention: 'channel' | 'here' | readonly string[] | null;
    }
  | { readonly kind: 'webhook'; readonly url: string };

/** A policy. */
export interface Policy {
  readonly name: string;
  /** Ascending in `at`. */
  readonly levels: readonly Level[];
  /** After the last level: every level from this one on is paged again, together; at most five times. */
  readonly repeat: { readonly from: string; readonly every: Duration; readonly times: number } | null;
  readonly ack: { readonly lease: Duration; readonly remindBefore: Duration; readonly onExpiry: Expiry };
  readonly quiet: readonly QuietTime[];
  /** IANA name; quiet times are read on its clocks. */
  readonly timezone: string;
  /** A page must be confirmed within; null when it is not waited for. */
  readonly confirm: Duration | null;
  readonly fallback: readonly Fallback[];
}

/** At most this often is anybody paged again after the last level. */
export const mostRepeats = 5;

/** Whether a severity pages through PagerDuty; warnings stay in Slack. */
export const pagesAt = (severity: Severity): boolean => isAbove(severity, 'warning');

/** What a level does for a severity: without PagerDuty where the severity does not page. */
export const deedsOf = (level: Level, severity: Severity): readonly LevelDeed[] =>
  level.do.filter(({ kind }) => kind !== 'pagerduty' || pagesAt(severity));

/** Whether entering a level may wake somebody. */
export const wakes = (level: Level, severity: Severity): boolean =>
  deedsOf(level, severity).some(
    (deed) => deed.kind === 'pagerduty' || (deed.kind === 'slack' && deed.mention !== null),
  );

/** What a level asks of automation; null when it asks nothing. */
export const automationOf = (level: Level): Extract<LevelDeed, { kind: 'automation' }> | null =>
  level.do.find((deed) => deed.kind === 'automation') ?? null;

const pagingLevels = ({ levels }: Policy): number =>
  levels.filter((level) => level.do.some(({ kind }) => kind === 'pagerduty')).length;

/** The policy that a rise in severity leads to: the new route's, unless fewer of its levels page. */
export const afterRise = (present: Policy, routed: Policy): Policy =>
  pagingLevels(routed) < pagingLevels(present) ? present : routed;

/** A policy that calls nobody, where the configuration knows none of that name. */
export const silentPolicy = (name: string): Policy => ({
  name,
  ...{ levels: [], repeat: null, quiet: [], timezone: 'UTC', confirm: null, fallback: [] },
  ack: { lease: 30 * 60_000, remindBefore: 5 * 60_000, onExpiry: 'resume' },
});
