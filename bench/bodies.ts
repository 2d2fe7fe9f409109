/** Webhook bodies as Alertmanager writes them (version 4, https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
import { hash } from 'node:crypto';

/** One alert of a body. Its name makes its fingerprint. */
interface Alert {
  readonly name: string;
  readonly status: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Go's zero time, which Alertmanager sends while an alert fires. */
const never = '0001-01-01T00:00:00Z';

/** Annotations of such a length that a body with one alert has 1.4 kB. */
const annotations = {
  summary: 'Error rate of checkout-api is above 2 %',
  description:
    'checkout-api returns 5xx for 4.1 % of its requests over the last five minutes; the objective is 0.5 %. ' +
    'Look at the last deploy, at the database, and at the payment provider, in this order.',
  runbook_url: 'https://runbooks.example/checkout/high-error-rate',
};

function bodyOf(group: string, alerts: readonly Alert[]): string {
  const common = { alertname: 'HighErrorRate', group, job: 'checkout-api', service: 'checkout', severity: 'warning' };
  return JSON.stringify({
    receiver: 'vigie',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : (alerts[0]?.status ?? 'resolved'),
    alerts: alerts.map(({ name, ...times }) => ({
      ...times,
      labels: { ...common, instance: name },
      annotations,
      generatorURL: 'http://prometheus.example:9090/graph?g0.expr=job%3Aerrors%3Aratio5m+%3E+0.02&g0.tab=1',
      fingerprint: hash('sha256', `${group} ${name}`).slice(0, 16),
    })),
    groupLabels: { alertname: 'HighErrorRate', group },
    commonLabels: common,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example:9093',
    version: '4',
    groupKey: `{}/{severity="warning"}:{alertname="HighErrorRate", group="${group}"}`,
    truncatedAlerts: 0,
  });
}

/** A body in which every alert of a group fires. */
export function firing(group: string, alerts: number, startsAt: number): string {
  const times = { status: 'firing', startsAt: new Date(startsAt).toISOString(), endsAt: never };
  return bodyOf(
    group,
    Array.from({ length: alerts }, (_, index) => ({ name: `10.1.${index >> 8}.${index & 255}:8080`, ...times })),
  );
}

/** Where a stream of bodies stands: how many it has given so far. */
export interface Stream {
  given: number;
  next(): string;
}

/**
 * An endless stream of one-alert bodies of which each changes an alert. First, one alert a group fires and goes on firing,
 * so that its incident stays open; then round by round all other alerts fire, or resolve, and times move on. The texts are
 * prepared: a body costs the sender less than a microsecond.
 */
export function changing(alerts: number, groupOf: (alert: number) => string): Stream {
  const began = Date.now() - 24 * 3_600_000;
  const anchors = [...new Set(Array.from({ length: alerts }, (_, index) => groupOf(index)))].map((group) =>
    firing(group, 1, began),
  );
  const pieces = Array.from({ length: alerts }, (_, index) =>
    bodyOf(groupOf(index), [
      { name: `10.2.${index >> 8}.${index & 255}:8080`, status: '@@', startsAt: '@@', endsAt: '@@' },
    ]).split('@@'),
  );
  let times = timesOf(began, 0);
  return {
    given: 0,
    next() {
      const turn = this.given - anchors.length;
      this.given += 1;
      if (turn < 0) return anchors[turn + anchors.length] ?? '';
      const index = turn % alerts;
      if (index === 0) times = timesOf(began, turn / alerts);
      const [a = '', b = '', c = '', d = '', e = ''] = pieces[index] ?? [];
      return `${a}${times.status}${b}${times.status}${c}${times.startsAt}${d}${times.endsAt}${e}`;
    },
  };
}

/** Alerts fire in even rounds. A round takes milliseconds and moves times on by a second: 86,400 rounds fit in the day since. */
function timesOf(began: number, round: number): Omit<Alert, 'name'> {
  const startsAt = began + (round - (round % 2)) * 1000;
  const fires = round % 2 === 0;
  return {
    status: fires ? 'firing' : 'resolved',
    startsAt: new Date(startsAt).toISOString(),
    endsAt: fires ? never : new Date(startsAt + 1000).toISOString(),
  };
}
