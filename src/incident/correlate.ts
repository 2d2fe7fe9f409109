/** Which incidents a webhook body concerns. An alert belongs to one incident at a time; a group to one as well. */
import { judge } from './alerts.ts';
import type { AlertReport, AlertsReported } from './event.ts';
import { endedAt, isOpen } from './incident.ts';
import type { Incident, Instant } from './incident.ts';
import type { Rules } from './rules.ts';

/** What the store knows about a body's group and alerts, read inside the commit. */
export interface Known {
  /** The incident that the group was linked to last, open or not. */
  readonly linked: Incident | null;
  /** Fingerprint → the incident that holds the alert now, open or not. */
  readonly holders: ReadonlyMap<string, Incident>;
  /** Alert groups of this source that opened or joined an incident within the storm window. */
  readonly recentGroups: number;
  /** The source's open incident that rolls a storm up, if there is one. */
  readonly storm: Incident | null;
}

/** Where a part of a body goes: an incident that exists, or a new one. */
export interface Part {
  readonly to: Incident | 'alert' | 'storm';
  readonly event: AlertsReported;
}

/**
 * Divides a body among incidents. The body's own incident is, in this order: the group's if open; the oldest open one
 * holding any of its firing alerts, whatever the receiver (a reload changes group keys, sibling routes share them); the
 * one that ended last, if something new fires within `reopenWithin`; a new one. Alerts held elsewhere go to their holders.
 */
export function correlate(event: AlertsReported, known: Known, rules: Rules): readonly Part[] {
  const own = incidentOf(event, known, rules);
  const parts = new Map<Part['to'], AlertReport[]>();
  if (own !== null) parts.set(own, []);
  for (const report of event.alerts) {
    const to = placeOf(report, known.holders.get(report.fingerprint), own, event.at);
    if (to === null) continue;
    const reports = parts.get(to);
    if (reports === undefined) parts.set(to, [report]);
    else reports.push(report);
  }
  return [...parts].map(([to, alerts]) => ({
    to,
    event: { ...event, alerts, group: to === own ? event.group : null },
  }));
}

function incidentOf(event: AlertsReported, known: Known, rules: Rules): Part['to'] | null {
  if (known.linked !== null && isOpen(known.linked)) return known.linked;
  const firing = event.alerts.filter((report) => report.status === 'firing');
  const holders = firing
    .map((report) => known.holders.get(report.fingerprint))
    .filter((holder) => holder !== undefined);
  const open = oldestOpen(holders);
  if (open !== undefined) return open;
  const news = firing.filter((report) => isNews(report, known.holders.get(report.fingerprint), event.at));
  if (news.length === 0) {
    // A reload may name a group anew in a body that only resolves; what its alerts belong to is where it belongs.
    return oldestOpen(event.alerts.flatMap((report) => known.holders.get(report.fingerprint) ?? [])) ?? null;
  }
  const ended = (known.linked === null ? holders : [...holders, known.linked]).toSorted(
    (a, b) => (endedAt(b) ?? 0) - (endedAt(a) ?? 0),
  )[0];
  if (ended !== undefined && event.at - (endedAt(ended) ?? 0) <= ended.rules.reopenWithin) {
    // A source has one open storm at most: what an ended one held goes to the one that is open now.
    return ended.kind === 'storm' && known.storm !== null ? known.storm : ended;
  }
  if (known.recentGroups < rules.storm.groups) return 'alert';
  return known.storm ?? 'storm';
}

const oldestOpen = (holders: readonly Incident[]): Incident | undefined =>
  holders.filter(isOpen).toSorted((a, b) => a.number - b.number)[0];

/** Something that can open or re-open an incident: it fires, matters, and is no repeat or late copy of what is known. */
function isNews(report: AlertReport, holder: Incident | undefined, at: Instant): boolean {
  return report.severity !== 'info' && judge(report, holder?.alerts[report.fingerprint], at) === 'fired';
}

function placeOf(
  report: AlertReport,
  holder: Incident | undefined,
  own: Part['to'] | null,
  at: Instant,
): Part['to'] | null {
  if (holder !== undefined && isOpen(holder)) return holder;
  // What is no news about an alert stays with the incident that knows it: a repeat must not fire anew in another one.
  if (holder !== undefined && judge(report, holder.alerts[report.fingerprint], at) !== 'fired') return holder;
  return own ?? holder ?? null;
}
