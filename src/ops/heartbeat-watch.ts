/** The dead man's switch of monitoring: an alert that fires for ever is heard again and again, and its silence is a fact to raise. */
import type { Duration, Instant } from '../incident/incident.ts';
import { type Matcher, matches } from '../incident/rules.ts';

/** How a source's heartbeat is known, and how long it may be silent. */
export interface HeartbeatRules {
  /** All must match. */
  readonly match: readonly Matcher[];
  /** The label whose values tell clusters apart; null when there is one beat for the whole source. */
  readonly per: string | null;
  /** Values of that label that must be heard. Others are watched once they were. */
  readonly expected: readonly string[];
  /** Twice the interval of beats and half a minute, at least. */
  readonly missAfter: Duration;
  /** An expected one that was never heard counts as silent after this long. */
  readonly grace: Duration;
}

/** What is known of one cluster's heartbeat. */
export interface Pulse {
  /** When it was last heard; null for never. */
  readonly heardAt: Instant | null;
  /** When its silence was found; null while it beats. */
  readonly silentAt: Instant | null;
  /** Beats since then, which end the silence. */
  readonly beats: number;
}

/** The heartbeats of one source, by cluster (`''` without `per`), and when anything at all was last heard from it. */
export interface Pulses {
  readonly clusters: Readonly<Record<string, Pulse>>;
  readonly anythingAt: Instant | null;
}

/** A fact to record. */
export type PulseFact =
  | {
      readonly type: 'HeartbeatMissed';
      readonly at: Instant;
      readonly source: string;
      readonly cluster: string;
      /** Null when it was never heard. */
      readonly heardAt: Instant | null;
      /** A sentence for the people who are woken. */
      readonly says: string;
    }
  | {
      readonly type: 'HeartbeatReturned';
      readonly at: Instant;
      readonly source: string;
      readonly cluster: string;
      readonly silentSince: Instant;
    };

/** Nothing was heard yet. */
export const noPulses: Pulses = { clusters: {}, anythingAt: null };

/** The least of what is needed of an alert of a body. */
export interface Beating {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
}

/** Label values are hostile: more clusters than this are not watched, and longer names neither. */
const most = { clusters: 100, name: 100 } as const;

/** One lucky beat does not end a silence. */
const beatsToReturn = 2;

/** A cluster that nobody expects and that was silent this long is gone, not ill. */
const forgetAfter: Duration = 7 * 86_400_000;

/** The cluster whose heartbeat these labels are; null for other alerts. */
export function clusterOf(
  labels: Beating['labels'],
  { match, per }: Pick<HeartbeatRules, 'match' | 'per'>,
): string | null {
  if (!matches(match, labels)) return null;
  const cluster = per === null ? '' : (labels[per] ?? '');
  return cluster.length > most.name ? null : cluster;
}

/** Takes in the alerts of a body, received at `at`. The same body twice counts once, and an older one not at all. */
export function hear(pulses: Pulses, alerts: readonly Beating[], rules: HeartbeatRules, at: Instant): Pulses {
  const clusters = new Map(Object.entries(pulses.clusters));
  for (const { labels, status } of alerts) {
    const cluster = status === 'firing' ? clusterOf(labels, rules) : null;
    if (cluster === null) continue;
    const known = clusters.get(cluster) ?? { heardAt: null, silentAt: null, beats: 0 };
    if (known.heardAt !== null && at <= known.heardAt) continue;
    if (known.heardAt === null && clusters.size >= most.clusters && !rules.expected.includes(cluster)) continue;
    const beats = known.silentAt === null ? 0 : Math.min(known.beats + 1, beatsToReturn);
    clusters.set(cluster, { ...known, heardAt: at, beats });
  }
  return { clusters: Object.fromEntries(clusters), anythingAt: Math.max(at, pulses.anythingAt ?? at) };
}

/**
 * Judges what is silent, and what beats again. `since` is when Vigie began to listen: what it could not hear does not count
 * as silence. The facts are of changes only, so asking twice tells nothing new.
 */
export function judgePulses(
  source: string,
  pulses: Pulses,
  rules: HeartbeatRules,
  { at, since }: { readonly at: Instant; readonly since: Instant },
): { readonly pulses: Pulses; readonly facts: readonly PulseFact[] } {
  const facts: PulseFact[] = [];
  const known = new Map(
    rules.expected.map((name): [string, Pulse] => [name, { heardAt: null, silentAt: null, beats: 0 }]),
  );
  for (const [name, pulse] of Object.entries(pulses.clusters)) known.set(name, pulse);
  const clusters: [string, Pulse][] = [];
  for (const [cluster, pulse] of known) {
    const { heardAt, silentAt, beats } = pulse;
    const isExpected = rules.expected.includes(cluster);
    if (silentAt !== null) {
      if (beats >= beatsToReturn) {
        facts.push({ type: 'HeartbeatReturned', at, source, cluster, silentSince: silentAt });
        clusters.push([cluster, { heardAt, silentAt: null, beats: 0 }]);
      } else if (isExpected || at - (heardAt ?? silentAt) < forgetAfter) {
        // A single beat, and silence again: the count begins anew.
        const isQuiet = heardAt === null || at - heardAt > rules.missAfter;
        clusters.push([cluster, isQuiet ? { ...pulse, beats: 0 } : pulse]);
      }
      continue;
    }
    const patience = heardAt === null ? rules.grace : rules.missAfter;
    if (at - Math.max(heardAt ?? since, since) <= patience) {
      if (heardAt !== null) clusters.push([cluster, pulse]);
      continue;
    }
    const says = saysOf(source, cluster, heardAt, { at, anythingAt: pulses.anythingAt, missAfter: rules.missAfter });
    facts.push({ type: 'HeartbeatMissed', at, source, cluster, heardAt, says });
    clusters.push([cluster, { heardAt, silentAt: at, beats: 0 }]);
  }
  return { pulses: { ...pulses, clusters: Object.fromEntries(clusters) }, facts };
}

interface Silence {
  readonly at: Instant;
  readonly anythingAt: Instant | null;
  readonly missAfter: Duration;
}

function saysOf(
  source: string,
  cluster: string,
  heardAt: Instant | null,
  { at, anythingAt, missAfter }: Silence,
): string {
  const whose = cluster === '' ? `source ${source}` : `cluster ${cluster} of source ${source}`;
  const silent =
    heardAt === null ? 'was never heard' : `was last heard ${Math.floor((at - heardAt) / 60_000)} minutes ago`;
  const others = anythingAt !== null && at - anythingAt <= missAfter;
  const where = others
    ? 'Other alerts arrive, so look at Prometheus and at the rule of the heartbeat.'
    : 'Nothing else arrives either, so look at Prometheus, Alertmanager and the way to Vigie.';
  return `The heartbeat of ${whose} ${silent}: its alerts may not reach anybody. ${where}`;
}
