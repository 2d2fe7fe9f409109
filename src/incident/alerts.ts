/** How a reported alert changes a known one. State decides, not the request: repeats, retries and HA copies look alike. */
import type { AlertName, AlertReport } from './event.ts';
import type { Alert, Duration, Incident, Instant } from './incident.ts';

/**
 * How long after a resolve a firing copy of the same episode is taken for a late delivery: twice Alertmanager's default
 * `--cluster.peer-timeout` (15 s) plus its least flush deadline (10 s). Later than that the copy is believed.
 */
export const copyWindow: Duration = 40_000;

/** What a report means for what is known. */
export type Verdict = 'fired' | 'resolved' | 'edited' | 'late' | 'repeat';

/** Judges a report against the known alert of the same fingerprint. */
export function judge(report: AlertReport, known: Alert | undefined, at: Instant): Verdict {
  if (known === undefined) return report.status === 'firing' ? 'fired' : 'resolved';
  if (report.status === 'resolved') {
    if (known.status === 'resolved') return report.startsAt > known.startsAt ? 'edited' : 'repeat';
    // An older episode's resolve must end after this one began; this one's own always counts, whatever its clock says.
    return report.startsAt >= known.startsAt || (report.endsAt ?? at) > known.startsAt ? 'resolved' : 'repeat';
  }
  if (report.startsAt > known.startsAt) return 'fired';
  if (known.status === 'resolved') return at - known.changedAt <= copyWindow ? 'late' : 'fired';
  return report.startsAt === known.startsAt && !sameText(report.annotations, known.annotations) ? 'edited' : 'repeat';
}

/** Whether a report shows that its body is from before what is known. */
export function isOld(report: AlertReport, known: Alert | undefined, at: Instant): boolean {
  if (known === undefined) return false;
  const verdict = judge(report, known, at);
  return verdict === 'late' || (verdict === 'repeat' && report.startsAt < known.startsAt);
}

/** The changes that reports made, for the timeline. */
export interface Changes {
  readonly fired: readonly AlertName[];
  readonly resolved: readonly AlertName[];
  readonly edited: readonly AlertName[];
  readonly late: readonly AlertName[];
}

/** An alert as its incident knows it once another incident holds it: not at all. */
export const without = (alerts: Incident['alerts'], fingerprint: string): Incident['alerts'] =>
  Object.fromEntries(Object.entries(alerts).filter(([known]) => known !== fingerprint));

/** Takes reports into the alerts of an incident. Returns the same object when nothing changed. */
export function applyReports(
  alerts: Incident['alerts'],
  reports: readonly AlertReport[],
  at: Instant,
): { readonly alerts: Incident['alerts']; readonly changes: Changes } {
  const next: Record<string, Alert> = {};
  const changes = {
    fired: [] as AlertName[],
    resolved: [] as AlertName[],
    edited: [] as AlertName[],
    late: [] as AlertName[],
  };
  for (const report of reports) {
    const known = next[report.fingerprint] ?? alerts[report.fingerprint];
    const verdict = judge(report, known, at);
    if (verdict === 'repeat' || (verdict === 'late' && known?.doubted === true)) continue;
    changes[verdict].push({ fingerprint: report.fingerprint, name: nameOf(report.labels) });
    next[report.fingerprint] =
      verdict === 'late' && known !== undefined
        ? { ...known, doubted: true }
        : {
            ...report,
            startsAt:
              verdict === 'fired' ? report.startsAt : Math.max(report.startsAt, known?.startsAt ?? report.startsAt),
            endsAt: report.status === 'resolved' ? (report.endsAt ?? at) : null,
            changedAt: at,
            doubted: false,
            // A body tells of nothing that is hidden.
            muted: verdict === 'edited' ? (known?.muted ?? null) : null,
          };
  }
  return Object.keys(next).length === 0 ? { alerts, changes } : { alerts: { ...alerts, ...next }, changes };
}

/** A short name for an alert: what fires, and where. */
export function nameOf(labels: Readonly<Record<string, string>>): string {
  const where = labels['instance'] ?? labels['pod'] ?? labels['service'] ?? labels['job'];
  const name = labels['alertname'] ?? 'alert without a name';
  return clip(where === undefined ? name : `${name} ${where}`, 80);
}

/** Text on one line, at most `length` code points; hostile input may be megabytes of line breaks. */
export function clip(text: string, length: number): string {
  const points = [
    ...text
      .slice(0, length * 4)
      .toWellFormed()
      .replace(/\s+/gu, ' ')
      .trim(),
  ];
  return points.length > length || text.length > length * 4
    ? `${points.slice(0, length - 1).join('')}…`
    : points.join('');
}

/** Whether an alert keeps an incident firing: it fires, and is more than information. */
export const keepsFiring = (alert: Alert): boolean => alert.status === 'firing' && alert.severity !== 'info';

function sameText(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
