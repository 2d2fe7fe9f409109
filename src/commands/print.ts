/** Incidents as text for a terminal. Text from labels may hold control characters, which are shown, not obeyed. */
import type { Listed, StepStats } from '../incident/contracts.ts';
import { phaseOf } from '../incident/incident.ts';
import { counted, sentence, spoken } from '../incident/timeline.ts';
import type { Shown } from '../store/queries.ts';

const time = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);

// oxlint-disable-next-line no-control-regex -- escape sequences in a label must not reach the terminal
const safe = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');

const instants = new Set(['at', 'until', 'since', 'openedAt', 'startsAt', 'endsAt', 'changedAt', 'linkedAt']);

/** JSON with times as people and other programs write them. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, (key, inner: unknown) => (instants.has(key) && typeof inner === 'number' ? new Date(inner).toISOString() : inner), 2)}\n`;

/** A list as JSON, an array with an object an incident. */
export const jsonOfList = (listed: readonly Listed[]): string => json(listed);

/** One incident as JSON: its state, its phase, its alerts and groups as arrays, and its timeline with the sentences people read. */
export function jsonOfIncident({ incident, timeline, brokenAt, receipts }: Shown): string {
  const { alerts, groups, number, ...state } = incident;
  return json({
    number,
    phase: phaseOf(incident),
    ...state,
    alerts: Object.values(alerts),
    groups: Object.values(groups),
    timeline: timeline.map(({ seq, cause, line }) => ({ seq, ...line, text: sentence(line), cause })),
    timelineBrokenAt: brokenAt,
    receipts,
  });
}

/** A list, one incident a line. */
export function printList(listed: readonly Listed[]): string {
  if (listed.length === 0) return 'No open incidents.\n';
  const line = ({ number, phase, severity, openedAt, firing, resolved, title }: Listed): string =>
    `${String(number).padStart(5)}  ${phase.padEnd(12)} ${severity.padEnd(8)} ${time(openedAt)}  ${firing} firing, ${resolved} resolved  ${safe(title)}\n`;
  return listed.map(line).join('');
}

/** What each step of each runbook was good for, one step a line. */
export function printStats(stats: readonly StepStats[]): string {
  if (stats.length === 0) return 'No step of a runbook has ended yet.\n';
  const line = ({ runbook, step, kind, runs, failed, helped, median }: StepStats): string => {
    const acts = kind === 'action' || kind === 'instruction';
    const worked = acts ? `, alerts cleared after ${helped} of them` : '';
    const soon = median === null ? '' : `, median ${spoken(median)}`;
    return `${runbook}/${step}  ${counted(runs, 'time')}, ${failed} failed${worked}${soon}\n`;
  };
  return stats
    .map((one) => safe(line(one).trimEnd()))
    .join('\n')
    .concat('\n');
}

/** One incident with its alerts and timeline. */
export function printIncident({ incident, timeline, brokenAt }: Shown): string {
  const alerts = Object.values(incident.alerts);
  const lines = [
    `Incident ${incident.number}: ${incident.title}`,
    `${phaseOf(incident)}, ${incident.severity}, episode ${incident.episode}, since ${time(incident.openedAt)}`,
    `Commander: ${incident.commander?.name ?? 'nobody'}`,
    ...alerts.map(
      (alert) =>
        `  ${alert.status.padEnd(8)} ${alert.severity.padEnd(8)} ${alert.labels['alertname'] ?? alert.fingerprint}`,
    ),
    ...timeline.map(({ line }) => `  ${time(line.at)}  ${sentence(line)}`),
    brokenAt === null ? 'The timeline is whole.' : `The timeline was changed at line ${brokenAt}.`,
  ];
  return lines.map((line) => `${safe(line)}\n`).join('');
}
