/** Small bodies and rules for the store's examples. */
import { shippedAccess } from '../../src/access/rules.ts';
import type { AlertsReported } from '../../src/incident/event.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Rules } from '../../src/incident/rules.ts';
import type { Translate } from '../../src/store/drain.ts';

/** Seconds after a fixed Monday morning. */
export const at = (seconds: number): number => Date.UTC(2026, 10, 16, 3, 0, seconds);

/** Rules without services, and with storms too large to matter. */
export const rules: Rules = {
  hash: 'test',
  severities: { from: ['severity'], map: { critical: 'critical' }, default: 'warning' },
  incidents: {
    reopenWithin: 1_800_000,
    recoverHold: 300_000,
    flapping: { transitions: 4, within: 1_800_000, hold: 1_200_000 },
  },
  storm: { groups: 1_000, within: 60_000 },
  services: [],
  routes: [{ match: [], policy: 'default' }],
  policies: {},
  calendarOf: onlyTalks.calendarOf,
  access: shippedAccess,
  runbooks: [],
  able: onlyTalks.able,
};

/** A body of one group, in a format only these examples know. */
export const body = (group: string, alerts: readonly { name: string; firing: boolean }[]): string =>
  JSON.stringify({ group, alerts });

/** Reads such a body. The poison one is understood, but holds a character that jsonb refuses. */
export const translate: Translate = (source, stored): AlertsReported => {
  const { group, alerts } = JSON.parse(stored.body) as { group: string; alerts: { name: string; firing: boolean }[] };
  if (group === 'poison') throw new Error('this is the poison body');
  return {
    type: 'AlertsReported',
    at: stored.at,
    source,
    group: {
      receiver: 'vigie',
      key: Buffer.from(group).toString('hex').padStart(64, '0'),
      labels: { group },
      truncated: 0,
    },
    alerts: alerts.map(({ name, firing }) => ({
      fingerprint: name,
      status: firing ? 'firing' : 'resolved',
      severity: 'critical',
      labels: { alertname: name },
      annotations: {},
      startsAt: at(-60),
      endsAt: firing ? null : stored.at,
      generatorUrl: '',
    })),
  };
};
