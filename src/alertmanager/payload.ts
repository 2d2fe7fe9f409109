/** A stored webhook body becomes the event it reports: hostile text is bounded and made storable, times become instants. */
import { hash } from 'node:crypto';
import type { AlertReport, AlertsReported, GroupReport } from '../incident/event.ts';
import { Terminal } from '../incident/fault.ts';
import type { Instant } from '../incident/incident.ts';
import { severityOf } from '../incident/rules.ts';
import type { SeverityRules } from '../incident/rules.ts';
import { isMisfit, readPayload } from './schema.ts';
import type { Payload, PayloadAlert } from './schema.ts';

/** A body as the inbox keeps it. */
export interface StoredBody {
  /** Its place among the bodies of its source. */
  readonly seq: number;
  /** When it was received. */
  readonly at: Instant;
  readonly body: string;
}

/** How much hostile text is kept: labels and annotations per alert; code points of a value, a name and a receiver; a link. */
export const bounds = { entries: 64, value: 4_000, name: 256, receiver: 256, url: 2_000 } as const;

/**
 * The event that a body reports. Alerts that the configuration ignores are left out. Of two alerts with one fingerprint
 * (Alertmanager never sends that) the firing one counts, then the one that started last: better one page too many.
 * Throws `Terminal`, with the place of every fault and nothing of the body's values, for a body that can't be understood.
 */
export function translate(source: string, { seq, at, body }: StoredBody, severities: SeverityRules): AlertsReported {
  const payload = readPayload(body);
  if (isMisfit(payload)) {
    throw new Terminal(`translating body ${seq} of source ${source}: ${payload.faults.join('; ')}. ${payload.misfit}`);
  }
  const alerts = new Map<string, AlertReport>();
  for (const alert of payload.alerts) {
    const severity = severityOf(alert.labels, severities);
    if (severity === 'ignore') continue;
    const report = reportOf(alert, severity);
    const other = alerts.get(report.fingerprint);
    if (other === undefined || isRather(report, other)) alerts.set(report.fingerprint, report);
  }
  return { type: 'AlertsReported', at, source, group: groupOf(payload), alerts: [...alerts.values()] };
}

const isRather = (a: AlertReport, b: AlertReport): boolean =>
  a.status === b.status ? a.startsAt > b.startsAt : a.status === 'firing';

function groupOf({ receiver, groupKey, groupLabels, truncatedAlerts }: Payload): GroupReport {
  return {
    receiver: bounded(unquote(receiver), bounds.receiver),
    // Alertmanager's own PagerDuty receiver hashes the key the same way, so the pages of both can merge.
    key: hash('sha256', groupKey, 'hex'),
    labels: boundedTexts(groupLabels),
    truncated: truncatedAlerts ?? 0,
  };
}

function reportOf(alert: PayloadAlert, severity: AlertReport['severity']): AlertReport {
  return {
    fingerprint: alert.fingerprint,
    status: alert.status,
    severity,
    labels: boundedTexts(alert.labels),
    annotations: boundedTexts(alert.annotations),
    startsAt: Date.parse(alert.startsAt),
    endsAt: endOf(alert.endsAt ?? noTime),
    generatorUrl: urlOf(alert.generatorURL ?? ''),
  };
}

/** Go's zero time, which stands for "none". */
const noTime = '0001-01-01T00:00:00Z';

const endOf = (time: string): Instant | null => (Number(time.slice(0, 4)) <= 1 ? null : Date.parse(time));

/** Undoes Go's `regexp.QuoteMeta`: Alertmanager sends the receiver `pay.ops+bot` as `pay\.ops\+bot` (0.25 to 0.34). */
const unquote = (receiver: string): string => receiver.replace(/\\([\\.+*?()|[\]{}^$])/g, '$1');

/** A link, or nothing: half a link is worse than none, and other schemes are nobody's friend. */
const urlOf = (text: string): string =>
  text.length <= bounds.url && /^https?:\/\/\S+$/.test(text) ? bounded(text, bounds.url) : '';

/** Alertmanager sends names in order; the first ones are kept. */
function boundedTexts(texts: Payload['groupLabels']): Readonly<Record<string, string>> {
  const entries = Object.entries(texts ?? {}).slice(0, bounds.entries);
  return Object.fromEntries(entries.map(([name, value]) => [bounded(name, bounds.name), bounded(value, bounds.value)]));
}

/** At most `length` code points. PostgreSQL's jsonb refuses NUL and half surrogate pairs: they become U+FFFD. */
function bounded(text: string, length: number): string {
  const storable = text.toWellFormed().replaceAll('\0', '\uFFFD');
  if (storable.length <= length) return storable;
  // Two UTF-16 units a code point at most; a pair that this cuts in half is beyond what is kept.
  const points = [...storable.slice(0, 2 * length + 1)];
  return points.length <= length ? storable : `${points.slice(0, length - 1).join('')}…`;
}
