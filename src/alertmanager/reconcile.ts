/** What a poll means: compares the alerts that Vigie holds with what Alertmanager lists, and says what no webhook told. */
import type { AlertReport } from '../incident/event.ts';
import type { Alert, Duration, Instant, Muting } from '../incident/incident.ts';
import { sameMuting } from '../incident/muting.ts';
import type { ApiAlert } from './api-answers.ts';
import { type Answer, beatsIn, type BeliefRules, countsAgainst } from './reconcile-absence.ts';
import { isOver, mutingOf } from './reconcile-mutings.ts';

/** An alert of an open incident, or of one that may be re-opened. */
export interface Held {
  readonly alert: Alert;
  /** When something was last recorded about it, by a body or by a fact of an earlier poll; at least `alert.changedAt`. */
  readonly heardAt: Instant;
  /** What hides it, as far as was recorded. */
  readonly muted: Muting | null;
  /** Its source went quiet, and it is not known whether it still fires. */
  readonly unknown: boolean;
}

/** What a poll found out about an alert, where that differs from what is held. */
export type Fact = { readonly fingerprint: string } &
  /** It still fires, which was not known any more. */
  (
    | { readonly is: 'firing' }
    /** It fires and is hidden; or what hides it changed. */
    | { readonly is: 'muted'; readonly by: Muting }
    /** It still fires, and nothing hides it any more. */
    | { readonly is: 'unmuted'; readonly was: Muting }
    /** It ended and fires again; or it was told to have ended, and fires. */
    | { readonly is: 'refired'; readonly startsAt: Instant; readonly was: Muting | null }
    /** It ended, and nobody told. */
    | { readonly is: 'gone'; readonly since: Instant; readonly was: Muting | null }
  );

/** What earlier polls saw of one alert. */
interface Watch {
  /** When it was last listed. */
  readonly seenAt: Instant | null;
  /** Since when it is missing from every answer. */
  readonly missingSince: Instant | null;
  readonly misses: number;
  /** Those of the misses where nothing at all was listed. */
  readonly emptyMisses: number;
  /** Answers in a row that say something surprising about it, before that is believed. */
  readonly surprises: number;
  /** It was seen to begin anew since it was last known to fire. */
  readonly begun: boolean;
}

/** What is remembered from poll to poll; may be lost at any time, which only costs polls. */
export interface Memory {
  readonly at: Instant;
  readonly watches: ReadonlyMap<string, Watch>;
  /** Clusters whose heartbeat was ever listed. */
  readonly clusters: ReadonlySet<string>;
}

/** Remembers nothing but the clusters that must have a heartbeat. */
export const noMemory = (expected: readonly string[] = []): Memory => ({
  at: -Infinity,
  watches: new Map(),
  clusters: new Set(expected),
});

const noWatch: Watch = { seenAt: null, missingSince: null, misses: 0, emptyMisses: 0, surprises: 0, begun: false };

/** So many answers in a row are asked for something that one replica alone may have wrong. */
const enough = 2;

/** Clocks differ. Alertmanager must have been told this long after the end of an alert that it fires. */
const margin: Duration = 15_000;

/** What a poll found, and what to remember until the next. An answer that is not newer than the last one changes nothing. */
export function reconcile(
  memory: Memory,
  held: readonly Held[],
  answer: Answer,
  rules: BeliefRules,
): { readonly memory: Memory; readonly facts: readonly Fact[] } {
  if (answer.at <= memory.at) return { memory, facts: [] };
  const clusters = new Set([...memory.clusters, ...(beatsIn(answer, rules) ?? [])].slice(0, mostClusters));
  const listed = new Map(answer.alerts.map((alert) => [alert.fingerprint, alert]));
  const watches = new Map<string, Watch>();
  const facts: Fact[] = [];
  for (const one of held) {
    const { fingerprint, labels, status } = one.alert;
    const known = watchOf(memory, one);
    const seen = listed.get(fingerprint);
    if (one.heardAt >= answer.at) {
      // Whoever told it, told it after this was asked.
      watches.set(fingerprint, { ...noWatch, seenAt: known.seenAt });
      continue;
    }
    const look =
      seen !== undefined
        ? lookAt(one, seen, known, answer)
        : status === 'firing' && countsAgainst(labels, answer, rules, clusters)
          ? miss(one, known, answer, rules)
          : { watch: { ...known, surprises: 0 }, fact: null };
    watches.set(fingerprint, look.watch);
    if (look.fact !== null) facts.push(look.fact);
  }
  return { memory: { at: answer.at, watches, clusters }, facts };
}

/** Labels are hostile: a flood of clusters must not grow for ever. */
const mostClusters = 200;

/** What was seen before. Misses from before the last word about an alert say nothing. */
function watchOf(memory: Memory, { alert, heardAt }: Held): Watch {
  const known = memory.watches.get(alert.fingerprint) ?? noWatch;
  return known.missingSince !== null && known.missingSince <= heardAt
    ? { ...known, missingSince: null, misses: 0, emptyMisses: 0 }
    : known;
}

interface Look {
  readonly watch: Watch;
  readonly fact: Fact | null;
}

/** It is listed, so it fires. */
function lookAt(held: Held, seen: ApiAlert, known: Watch, answer: Answer): Look {
  const { alert, muted, unknown } = held;
  const { fingerprint } = alert;
  if (alert.status === 'resolved') return lookAtEnded(held, seen, known, answer);
  // It began after it was last known to fire, so it ended in between. Replicas may differ about when an alert began.
  const isLater = seen.startsAt > Math.max(known.seenAt ?? 0, held.heardAt);
  const begun = seen.startsAt > alert.startsAt && (known.begun || isLater);
  const watch: Watch = { ...noWatch, seenAt: answer.at, begun };
  const muting = mutingOf(seen, answer.silences);
  if (muting !== null) {
    const isKnown = !unknown && sameMuting(muted, muting);
    return { watch, fact: isKnown ? null : { fingerprint, is: 'muted', by: muting } };
  }
  const surprises = known.surprises + 1;
  if (muted !== null) {
    if (!seen.decided) return { watch, fact: null };
    if (!isOver(muted, answer.silences, answer.at) && surprises < enough)
      return { watch: { ...watch, surprises }, fact: null };
  }
  const surprised = { ...watch, surprises: muted === null ? 0 : surprises };
  if (begun) return { watch: surprised, fact: { fingerprint, is: 'refired', startsAt: seen.startsAt, was: muted } };
  if (muted !== null) return { watch: surprised, fact: { fingerprint, is: 'unmuted', was: muted } };
  return { watch: surprised, fact: unknown ? { fingerprint, is: 'firing' } : null };
}

/** It is listed, and was told to have ended. */
function lookAtEnded({ alert, heardAt, muted }: Held, seen: ApiAlert, known: Watch, answer: Answer): Look {
  const { fingerprint } = alert;
  const watch: Watch = { ...noWatch, seenAt: answer.at };
  // A replica that did not hear of the end lists it for some minutes more, but is told nothing new of it.
  const endedAt = alert.endsAt ?? heardAt;
  const isTold = seen.updatedAt > endedAt + margin || seen.startsAt > endedAt;
  // While somebody silences it, it is left alone.
  if (!isTold || !seen.decided || mutingOf(seen, answer.silences) !== null) return { watch, fact: null };
  const surprises = known.surprises + 1;
  const fact: Fact = { fingerprint, is: 'refired', startsAt: seen.startsAt, was: muted };
  return { watch: { ...watch, surprises }, fact: surprises < enough ? null : fact };
}

/** It is not listed, and should be if it fired. */
function miss({ alert, muted }: Held, known: Watch, answer: Answer, rules: BeliefRules): Look {
  const missingSince = known.missingSince ?? answer.at;
  const watch: Watch = {
    seenAt: known.seenAt,
    missingSince,
    misses: known.misses + 1,
    emptyMisses: known.emptyMisses + (answer.alerts.length === 0 ? 1 : 0),
    surprises: 0,
    begun: false,
  };
  const isBelieved =
    answer.at - missingSince >= rules.absentFor &&
    (watch.misses - watch.emptyMisses >= rules.polls || watch.misses >= rules.emptyPolls);
  const fact: Fact = { fingerprint: alert.fingerprint, is: 'gone', since: missingSince, was: muted };
  return { watch, fact: isBelieved ? fact : null };
}

/** A fact as a body would have told it, for those that change whether an alert fires; null for the others. */
export function reportOf({ alert }: Held, fact: Fact): AlertReport | null {
  const { fingerprint, severity, labels, annotations, generatorUrl } = alert;
  const same = { fingerprint, severity, labels, annotations, generatorUrl };
  switch (fact.is) {
    case 'refired':
      return { ...same, status: 'firing', startsAt: fact.startsAt, endsAt: null };
    case 'gone':
      return { ...same, status: 'resolved', startsAt: alert.startsAt, endsAt: fact.since };
    case 'firing':
    case 'muted':
    case 'unmuted':
      return null;
  }
}
