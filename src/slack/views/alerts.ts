/** What fires, worst first: at most ten alerts by name, the others counted, so that received = shown + folded. */
import type { KnownBlock, RichTextElement } from '@slack/types';
import { nameOf } from '../../incident/alerts.ts';
import { isAbove } from '../../incident/incident.ts';
import type { Alert, Incident } from '../../incident/incident.ts';
import { mutedWords } from '../../incident/monitor-sentences.ts';
import { counted } from '../../incident/timeline.ts';
import { bold, bullets, rich, row, said, struck, time, words } from './rich.ts';

/** A phone shows about ten lines at a glance. */
export const mostShown = 10;

/** Alerts as a person wants to read them: firing before resolved, severe before mild, and the first to fire first. */
export const worstFirst = (alerts: Incident['alerts']): readonly Alert[] => Object.values(alerts).toSorted(compare);

function compare(a: Alert, b: Alert): number {
  if (a.status !== b.status) return a.status === 'firing' ? -1 : 1;
  if (a.severity !== b.severity) return isAbove(a.severity, b.severity) ? -1 : 1;
  return a.startsAt - b.startsAt || a.fingerprint.localeCompare(b.fingerprint);
}

/** `3 firing, 2 resolved`; only what there is. */
export function tally(alerts: readonly Alert[]): string {
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const resolved = alerts.length - firing;
  const parts = [firing > 0 ? `${firing} firing` : '', resolved > 0 ? `${resolved} resolved` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

/** What else there is beyond the alerts that are shown: `and 5 more (3 firing, 2 resolved)`; null when nothing. */
export const folded = (rest: readonly Alert[]): string | null =>
  rest.length === 0 ? null : `and ${rest.length} more (${tally(rest)})`;

/** The list of alerts; nothing for an incident without any. */
export function alertsOf(incident: Incident): KnownBlock[] {
  const alerts = worstFirst(incident.alerts);
  if (alerts.length === 0) return [];
  const rest = folded(alerts.slice(mostShown));
  const hidden = Object.values(incident.groups).reduce((sum, group) => sum + group.truncated, 0);
  const rows = alerts.slice(0, mostShown).map((alert) => row(...lineOf(alert, incident)));
  if (rest !== null) rows.push(row(words(rest)));
  if (hidden > 0) rows.push(row(words(`Alertmanager's max_alerts hides ${counted(hidden, 'more alert')}`)));
  return [rich(row(words(tally(alerts))), bullets(rows))];
}

/** One alert: its name and place, its severity where it is not the incident's, since when, and what it says of itself. */
function lineOf(alert: Alert, incident: Incident): RichTextElement[] {
  const name = nameOf(alert.labels);
  if (alert.status === 'resolved')
    return [struck(name, 100), words(' resolved '), time(alert.endsAt ?? alert.changedAt)];
  const hidden: RichTextElement[] = alert.muted === null ? [] : [words(' 🔕 '), said(mutedWords(alert.muted), 120)];
  const severity = alert.severity === incident.severity ? '' : ` (${alert.severity})`;
  const { summary, message, description } = alert.annotations;
  const says = summary ?? message ?? description ?? '';
  return [
    bold(name, 100),
    words(`${severity} since `),
    time(alert.startsAt),
    ...hidden,
    ...(says.trim() === '' ? [] : [words(': '), said(says, 160)]),
  ];
}
