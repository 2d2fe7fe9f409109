/** Bodies made up for the examples, and how they are read. */
import { translate } from '../../src/alertmanager/payload.ts';
import type { AlertsReported } from '../../src/incident/event.ts';
import { Terminal } from '../../src/incident/fault.ts';
import type { SeverityRules } from '../../src/incident/rules.ts';

const severities: SeverityRules = {
  from: ['severity', 'priority'],
  map: { none: 'ignore', info: 'info', warning: 'warning', critical: 'critical' },
  default: 'warning',
};

/** Translates a body. */
export const read = (body: string): AlertsReported => translate('main', { seq: 7, at: 1_000, body }, severities);

/** An alert that is complete, and what is different about it. */
export const alert = (different: object = {}): object => ({
  status: 'firing',
  labels: { alertname: 'Down', severity: 'critical' },
  annotations: {},
  startsAt: '2026-11-21T01:19:49.03648188Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example:9090/graph',
  fingerprint: '9a65df0d213df3aa',
  ...different,
});

/** A body around alerts, and what is different about it. */
export const body = (alerts: readonly unknown[], different: object = {}): string =>
  JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    receiver: 'vigie',
    groupLabels: {},
    truncatedAlerts: 0,
    alerts,
    ...different,
  });

/** The fault of a body that can't be translated. */
export const faultOf = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Terminal) return error.message;
    throw error;
  }
  throw new Error('it was translated');
};
