/** Families of alerts as the model of a run knows them, and the webhook bodies that Alertmanager would make of them. */
import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

/** An alert as the world has it: since when it fires, and since when it no longer does. Milliseconds since the Unix epoch. */
export interface AlertState {
  readonly startsAt: number;
  /** Null while it fires. */
  readonly endsAt: number | null;
}

/** One alert that may fire. */
export interface Suspect {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts that are grouped together; every receiver gets its own group of them, all about one incident. */
export interface Family {
  readonly name: string;
  readonly receivers: readonly string[];
  readonly suspects: readonly Suspect[];
}

/** Draws `count` families of 1 to 8 alerts; about a third are sent to two receivers. */
export const drawFamilies = (chance: Chance, count: number): readonly Family[] =>
  Array.from({ length: count }, (_, index) => drawFamily(chance.of(`family ${index}`), `family-${index}`));

function drawFamily(chance: Chance, name: string): Family {
  const suspects = Array.from({ length: chance.between(1, 8) }, (_, index): Suspect => {
    const severity = chance.pick(['warning', 'critical']);
    return {
      fingerprint: createHash('sha256').update(`${name} ${index}`).digest('hex').slice(0, 16),
      labels: { alertname: `Trouble of ${name}`, family: name, instance: `node-${index}`, severity },
    };
  });
  return { name, receivers: chance.happens(1 / 3) ? ['vigie', 'vigie-too'] : ['vigie'], suspects };
}

/** Alertmanager's key of a family's group. */
const groupKeyOf = ({ name }: Family): string => `{}:{family="${name}"}`;

/** How Vigie keeps that key. */
export const keyOf = (family: Family): string => createHash('sha256').update(groupKeyOf(family)).digest('hex');

/** Go's zero time, which Alertmanager sends as the end of what still fires. */
const noTime = '0001-01-01T00:00:00Z';

/** A webhook body, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export function bodyOf(family: Family, receiver: string, states: ReadonlyMap<string, AlertState>): string {
  const alerts = family.suspects.flatMap(({ fingerprint, labels }) => {
    const state = states.get(fingerprint);
    if (state === undefined) return [];
    return {
      status: state.endsAt === null ? 'firing' : 'resolved',
      labels,
      annotations: { summary: `Something is wrong with ${labels['instance']}` },
      startsAt: new Date(state.startsAt).toISOString(),
      endsAt: state.endsAt === null ? noTime : new Date(state.endsAt).toISOString(),
      generatorURL: `http://prometheus.test/graph?g0.expr=${family.name}`,
      fingerprint,
    };
  });
  return JSON.stringify({
    ...{ receiver, status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved', alerts },
    ...{ groupLabels: { family: family.name }, commonLabels: { family: family.name }, commonAnnotations: {} },
    ...{ externalURL: 'http://alertmanager.test', version: '4', groupKey: groupKeyOf(family), truncatedAlerts: 0 },
  });
}
