/** When the absence of an alert from an answer means anything: not from a process that just started, nor from one nobody tells. */
import type { Duration, Instant } from '../incident/incident.ts';
import type { ApiAlert, ApiSilence } from './api-answers.ts';

/** What one poll was answered. */
export interface Answer {
  /** When it was asked for, by our clock: what was heard since is newer. */
  readonly at: Instant;
  /** How long the process that answered has run, by its own clock. */
  readonly age: Duration;
  /** It has not yet caught up with the other replicas. */
  readonly settling: boolean;
  readonly alerts: readonly ApiAlert[];
  /** May be left out when nothing is silenced. */
  readonly silences: readonly ApiSilence[];
}

/** What it takes to believe that an alert is gone. */
export interface BeliefRules {
  /** Polls in a row without it. */
  readonly polls: number;
  /** Polls in a row, when all that is listed is nothing at all. */
  readonly emptyPolls: number;
  /** It was absent for at least so long. */
  readonly absentFor: Duration;
  /** An Alertmanager that restarted knows no alert until it is told of each again: its first answers prove no absence. */
  readonly warmUp: Duration;
  /** Tells the heartbeat's cluster from labels, null for other alerts; null itself without a heartbeat. */
  readonly beatOf: ((labels: Readonly<Record<string, string>>) => string | null) | null;
  /** The label whose values tell clusters apart; null when there is one beat for all. */
  readonly per: string | null;
}

/** What suits a poll every 30 seconds, of a Prometheus that tells of each alert every minute. */
export const usualBelief: BeliefRules = {
  polls: 3,
  emptyPolls: 10,
  absentFor: 60_000,
  warmUp: 600_000,
  beatOf: null,
  per: null,
};

/** The clusters whose heartbeat stands in an answer; null when there is none to look for. */
export function beatsIn({ alerts }: Answer, { beatOf }: BeliefRules): ReadonlySet<string> | null {
  if (beatOf === null) return null;
  return new Set(alerts.map(({ labels }) => beatOf(labels)).filter((cluster) => cluster !== null));
}

/** Whether this answer may count against an alert that it doesn't list. `known` are clusters that ever had a heartbeat. */
export function countsAgainst(
  labels: Readonly<Record<string, string>>,
  answer: Answer,
  rules: BeliefRules,
  known: ReadonlySet<string>,
): boolean {
  if (answer.settling || answer.age < rules.warmUp) return false;
  const beats = beatsIn(answer, rules);
  if (beats === null) return true;
  const cluster = rules.per === null ? '' : (labels[rules.per] ?? '');
  // An alert of a cluster without a heartbeat of its own: any proves that this Alertmanager is told something.
  return known.has(cluster) ? beats.has(cluster) : beats.size > 0;
}
