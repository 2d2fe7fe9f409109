/** Alerts as Vigie holds them, answers as Alertmanager gives them, and what recording a fact does to what is held. */
import type { ApiAlert, ApiSilence } from '../../src/alertmanager/api-answers.ts';
import { type Answer, type BeliefRules, usualBelief } from '../../src/alertmanager/reconcile-absence.ts';
import { type Fact, type Held, type Memory, noMemory, reconcile, reportOf } from '../../src/alertmanager/reconcile.ts';
import type { Alert, Instant } from '../../src/incident/incident.ts';

/** When the first poll is. */
export const noon = Date.UTC(2026, 10, 21, 12);

/** So many seconds after noon. */
export const at = (seconds: number): Instant => noon + seconds * 1000;

/** What is believed, unless a test says otherwise. */
export const rules: BeliefRules = usualBelief;

/** An alert that began ten minutes before noon and was heard of then. */
export function held(given: Partial<Omit<Held, 'alert'>> & { readonly alert?: Partial<Alert> } = {}): Held {
  const alert: Alert = {
    fingerprint: 'a1',
    status: 'firing',
    severity: 'critical',
    labels: { alertname: 'HighLatency', service: 'checkout', cluster: 'eu-1' },
    annotations: { summary: 'Checkout is slow' },
    startsAt: at(-600),
    endsAt: null,
    generatorUrl: '',
    changedAt: at(-590),
    doubted: false,
    muted: null,
    ...given.alert,
  };
  return { heardAt: alert.changedAt, muted: null, unknown: false, ...given, alert };
}

/** The same alert as Alertmanager lists it. */
export const listed = (given: Partial<ApiAlert> = {}): ApiAlert => ({
  fingerprint: 'a1',
  labels: { alertname: 'HighLatency', service: 'checkout', cluster: 'eu-1' },
  startsAt: at(-600),
  updatedAt: at(-10),
  decided: true,
  silencedBy: [],
  inhibitedBy: [],
  timedBy: [],
  ...given,
});

/** Somebody else's alert, so that an answer is not empty. */
export const other = listed({ fingerprint: 'ff', labels: { alertname: 'DiskFull', cluster: 'eu-1' } });

/** An answer of a process that has run for an hour. */
export const answer = (seconds: number, alerts: readonly ApiAlert[], given: Partial<Answer> = {}): Answer => ({
  ...{ at: at(seconds), age: 3_600_000, settling: false, alerts, silences: [] },
  ...given,
});

/** A silence of Bo's for an hour. */
export const silence = (given: Partial<ApiSilence> = {}): ApiSilence => ({
  id: 's1',
  state: 'active',
  startsAt: '2026-11-21T11:59:00.000Z',
  endsAt: at(3_600),
  createdBy: 'Bo',
  comment: 'deploying',
  matchers: [{ name: 'alertname', value: 'HighLatency', isRegex: false, isEqual: true }],
  ...given,
});

/** What is held once a fact was recorded, at `when`. */
export function recorded(one: Held, fact: Fact, when: Instant): Held {
  if (fact.fingerprint !== one.alert.fingerprint) return one;
  const report = reportOf(one, fact);
  const alert: Alert = report === null ? one.alert : { ...one.alert, ...report, changedAt: when };
  return { alert, heardAt: when, muted: fact.is === 'muted' ? fact.by : null, unknown: false };
}

/** Polls one after another; every fact is recorded as it is found. */
export function follow(
  first: readonly Held[],
  answers: readonly Answer[],
  given: BeliefRules = rules,
  from: Memory = noMemory(),
) {
  let memory = from;
  let holds = first;
  const told: (readonly Fact[])[] = [];
  for (const one of answers) {
    const found = reconcile(memory, holds, one, given);
    memory = found.memory;
    told.push(found.facts);
    for (const fact of found.facts) holds = holds.map((each) => recorded(each, fact, one.at));
  }
  return { told, holds, memory };
}
