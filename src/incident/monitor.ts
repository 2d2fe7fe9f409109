/** What Alertmanager's API and its heartbeat tell besides alerts, what is asked of it, and what the timeline keeps of that. */
import type { AlertName } from './event.ts';
import type { Duration, Instant, Muting, Person } from './incident.ts';

/** A silence as it was made. */
export interface MadeSilence {
  readonly id: string;
  readonly until: Instant;
  readonly startedAt: Instant;
  /** Its matchers as people write them. */
  readonly matchers: string;
  /** Which alerts it hides. */
  readonly fingerprints: readonly string[];
}

/** A silence that Vigie made for an incident. */
export interface Silence extends MadeSilence {
  /** Name of the wish that it was made for; stands in its comment. */
  readonly mark: string;
  readonly by: Person;
  /** For how long it was asked. */
  readonly time: Duration;
  /** It is being lifted. */
  readonly ending: boolean;
}

/** Somebody wants the alerts of an incident that fire to be silenced; null asks for the usual time. */
export interface SilenceAsked {
  readonly type: 'SilenceAsked';
  readonly at: Instant;
  readonly by: Person;
  readonly time: Duration | null;
  readonly reason: string;
}

/** The last quarter of a silence has come, or its end. */
export interface SilenceDue {
  readonly type: 'SilenceDue';
  readonly id: string;
  readonly until: Instant;
}

/** What is asked of Alertmanager. */
export type SilenceEffect =
  | {
      readonly type: 'alertmanager.silence';
      readonly source: string;
      readonly fingerprints: readonly string[];
      readonly until: Instant;
      readonly time: Duration;
      readonly by: Person;
      readonly reason: string;
    }
  /** Make a silence last until then. */
  | {
      readonly type: 'alertmanager.extend';
      readonly source: string;
      readonly id: string;
      readonly mark: string;
      readonly until: Instant;
    }
  /** End a silence before its time. */
  | { readonly type: 'alertmanager.expire'; readonly source: string; readonly id: string; readonly mark: string };

/** Whether an effect is asked of Alertmanager. */
export const isSilenceEffect = (effect: { readonly type: string }): effect is SilenceEffect =>
  effect.type.startsWith('alertmanager.');

/** What became of it. */
export type SilenceOutcome = { readonly at: Instant } & (
  | {
      readonly type: 'AlertsSilenced';
      readonly mark: string;
      readonly by: Person;
      readonly time: Duration;
      readonly silences: readonly MadeSilence[];
    }
  | { readonly type: 'SilenceRefused'; readonly by: Person; readonly says: string }
  /** It lasts until then, under the id `next`, which may be a new one. */
  | { readonly type: 'SilenceExtended'; readonly id: string; readonly next: string; readonly until: Instant }
  /** It is over; or `taken` by somebody who made it their own, so that it is left alone. */
  | { readonly type: 'SilenceEnded'; readonly id: string; readonly taken: string | null }
);

/** What a poll found about alerts that fire. Whether they fire at all is told by `AlertsReported`. */
export type MutingEvent = { readonly at: Instant } & (
  | {
      readonly type: 'AlertsMuted';
      readonly source: string;
      readonly alerts: readonly { readonly fingerprint: string; readonly by: Muting }[];
    }
  | {
      readonly type: 'AlertsUnmuted';
      readonly source: string;
      readonly alerts: readonly { readonly fingerprint: string; readonly was: Muting }[];
    }
  /** They still fire, which was not known any more. */
  | { readonly type: 'AlertsSeen'; readonly source: string; readonly fingerprints: readonly string[] }
  /** A word about a silence that somebody else made. */
  | { readonly type: 'SilenceNoticed'; readonly says: string }
  /** Its source, or the cluster that its alerts come from, fell silent: whether they still fire is not known any more. */
  | { readonly type: 'SignalLost'; readonly source: string; readonly cluster: string }
);

/** The heartbeat of a cluster fell silent, which opens an incident; or beats again, which ends it. */
export type HeartbeatEvent = { readonly at: Instant; readonly source: string; readonly cluster: string } & (
  | {
      readonly type: 'HeartbeatMissed';
      /** A sentence for the people who are woken. */
      readonly says: string;
      /** Name of the policy. */
      readonly policy: string;
    }
  | { readonly type: 'HeartbeatReturned'; readonly silentSince: Instant }
);

/** PagerDuty was told of it from memory, while the database was away. */
export interface EmergencyPaged {
  readonly type: 'EmergencyPaged';
  readonly at: Instant;
  readonly pagedAt: Instant;
  /** `service` or `default`. */
  readonly routing: string;
}

/** What the timeline keeps of all that. */
export type MonitorLine = { readonly at: Instant } & (
  | {
      readonly type: 'AlertsMuted';
      readonly alerts: readonly AlertName[];
      readonly by: Muting;
      /** By a silence that Vigie made. */
      readonly ours: boolean;
      /** Everything that fires is hidden now. */
      readonly all: boolean;
    }
  | { readonly type: 'AlertsUnmuted' | 'AlertsSeen'; readonly alerts: readonly AlertName[] }
  | { readonly type: 'SilenceNoticed'; readonly says: string }
  | { readonly type: 'SignalLost'; readonly source: string; readonly cluster: string }
  | {
      readonly type: 'SilenceAsked';
      readonly by: Person;
      readonly until: Instant;
      readonly reason: string;
      readonly alerts: number;
    }
  | {
      readonly type: 'AlertsSilenced';
      readonly by: Person;
      readonly until: Instant;
      readonly matchers: readonly string[];
    }
  | { readonly type: 'SilenceRefused'; readonly by: Person; readonly says: string }
  | { readonly type: 'SilenceProlonged'; readonly until: Instant }
  | { readonly type: 'SilenceExtended'; readonly matchers: string; readonly until: Instant }
  | { readonly type: 'SilenceEnded'; readonly matchers: string; readonly taken: string | null; readonly ours: boolean }
  | { readonly type: 'HeartbeatMissed'; readonly says: string }
  | { readonly type: 'EmergencyPaged'; readonly pagedAt: Instant }
  | { readonly type: 'HeartbeatReturned'; readonly cluster: string; readonly silentSince: Instant }
);
