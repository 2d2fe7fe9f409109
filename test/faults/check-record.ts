/** What must hold of the record: nothing that was promised is lost, nothing happened twice, and nothing is stuck. */
import type { Line } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { keyOf } from './family.ts';
import type { Family } from './family.ts';
import type { Model } from './model.ts';
import type { Observation } from './observe.ts';
import { received } from './received.ts';

/** A promise that was broken. */
export interface Violation {
  readonly rule: string;
  readonly says: string;
  /** The incident to look at, if there is one. */
  readonly incident?: number | null;
}

/** Every body that was accepted is recorded, and the alerts are as they were last accepted. */
export function lostAlerts({ bodies, accepted }: Model, { inbox, incidents, held }: Observation): Violation[] {
  const rule = 'no accepted alert is lost';
  const recorded = Map.groupBy(
    inbox.filter((row) => row.recorded),
    ({ body }) => body,
  );
  const lost = [...bodies].filter(([body, times]) => (recorded.get(body)?.length ?? 0) < times);
  const found: Violation[] = lost.map(([body, times]) => {
    return { rule, says: `accepted ${times} times, recorded ${recorded.get(body)?.length ?? 0} times: ${body}` };
  });
  for (const { seq, fault } of inbox) if (fault !== null) found.push({ rule, says: `body ${seq} is parked: ${fault}` });
  const states = received(inbox);
  const byNumber = new Map(incidents.map(({ incident }) => [incident.number, incident]));
  for (const [fingerprint, { startsAt, endsAt }] of accepted) {
    const holders = held.filter((row) => row.fingerprint === fingerprint);
    const [holder] = holders;
    if (holder === undefined || holders.length > 1) {
      found.push({ rule, says: `alert ${fingerprint} is held by ${holders.length} incidents` });
      continue;
    }
    const alert = byNumber.get(holder.incident)?.alerts[fingerprint];
    const believed = states.get(fingerprint)?.believed === true;
    const wanted = `${endsAt === null || believed ? 'firing' : 'resolved'} since ${startsAt}`;
    const is = alert === undefined ? 'unknown' : `${alert.status} since ${alert.startsAt}`;
    if (is === wanted) continue;
    found.push({
      rule,
      says: `alert ${fingerprint} was accepted as ${wanted}, and is ${is}`,
      incident: holder.incident,
    });
  }
  return found;
}

/** Each start of an alert that reached the inbox is one `fired` in the timelines. */
export function episodes({ inbox, incidents }: Observation): Violation[] {
  const fired = incidents
    .flatMap(({ timeline }) => timeline.flatMap(({ line }) => (line.type === 'AlertsChanged' ? line.fired : [])))
    .map(({ fingerprint }) => fingerprint);
  return [...received(inbox)].flatMap(([fingerprint, { began }]) => {
    const is = fired.filter((each) => each === fingerprint).length;
    const says = `alert ${fingerprint} began ${began} times, and the timelines say ${is} times`;
    return is === began ? [] : [{ rule: 'every episode is told once', says }];
  });
}

/** Every family is one incident, numbers have no gaps, and chains are whole. */
export function oneIncidentEach({ families }: Model, observation: Observation): Violation[] {
  const rule = 'one incident an episode';
  const { incidents, counter, groups, held } = observation;
  const numbers = incidents.map(({ incident }) => incident.number);
  const found: Violation[] = [];
  if (counter !== numbers.length || numbers.some((number, index) => number !== index + 1)) {
    found.push({ rule, says: `the counter is at ${counter}, and the incidents are ${numbers.join(', ')}` });
  }
  for (const { incident, brokenAt } of incidents) {
    if (brokenAt === null) continue;
    found.push({ rule: 'chains are whole', says: `the chain is broken at ${brokenAt}`, incident: incident.number });
  }
  for (const family of families) {
    const of = incidentsOf(family, { groups, held });
    if (of.size > 1) found.push({ rule, says: `${family.name} is spread over incidents ${[...of].join(', ')}` });
  }
  const alone = incidents.filter(({ incident }) => incident.kind === 'alert' || incident.kind === 'storm');
  const expected = families.filter((family) => incidentsOf(family, { groups, held }).size > 0).length;
  if (alone.length !== expected) found.push({ rule, says: `${expected} families made ${alone.length} incidents` });
  return found;
}

function incidentsOf(family: Family, { groups, held }: Pick<Observation, 'groups' | 'held'>): ReadonlySet<number> {
  const ours = new Set(family.suspects.map(({ fingerprint }) => fingerprint));
  return new Set([
    ...groups.filter(({ key }) => key === keyOf(family)).map(({ incident }) => incident),
    ...held.filter(({ fingerprint }) => ours.has(fingerprint)).map(({ incident }) => incident),
  ]);
}

/** Phases follow from alerts and people, timers that must come are set, and nothing due was left. */
export function stuck({ at, incidents, outbox }: Observation): Violation[] {
  const rule = 'nothing is stuck';
  const found: Violation[] = [];
  for (const { incident, phase, timeline } of incidents) {
    const { number } = incident;
    const says = wrongPhase(
      incident,
      phase,
      timeline.map(({ line }) => line),
    );
    if (says !== null) found.push({ rule, says, incident: number });
    const { human } = incident;
    if (human.is !== 'acknowledged') continue;
    const timed = outbox.some(({ settled, incident: of, effect }) => {
      return (
        !settled &&
        of === number &&
        effect.type === 'clock.wake' &&
        effect.wake.type === 'LeaseEnded' &&
        effect.wake.until === human.until
      );
    });
    if (!timed)
      found.push({ rule, says: `it is acknowledged until ${human.until} and no timer ends that`, incident: number });
  }
  for (const row of outbox) {
    const { settled, due, running, effectId, effect, incident, fault, attempts } = row;
    const named = `${effectId} (${effect.type}, attempt ${attempts}${fault === null ? '' : `, ${fault}`})`;
    if (!settled && due <= at) found.push({ rule, says: `${named} was due ${at - due} ms before the end`, incident });
    if (running) found.push({ rule, says: `${named} is still marked as running`, incident });
  }
  return found;
}

function wrongPhase(incident: Incident, phase: string, lines: readonly Line[]): string | null {
  if (phase !== phaseOf(incident)) return `its row says ${phase}, and its state ${phaseOf(incident)}`;
  const firing = Object.values(incident.alerts).some(({ status }) => status === 'firing');
  if (phase === 'closed') {
    const closed = lines.findLastIndex(({ type }) => type === 'Closed');
    const since = lines.slice(closed + 1).some((line) => line.type === 'AlertsChanged' && line.fired.length > 0);
    return since ? 'it is closed although an alert fired anew since' : null;
  }
  const wanted =
    firing || incident.kind === 'declared' || incident.kind === 'checklist'
      ? ['triggered', 'acknowledged']
      : ['resolved'];
  return wanted.includes(phase) ? null : `it is ${phase} while ${firing ? 'an alert fires' : 'nothing fires'}`;
}

/** What people were told is recorded is in the timeline, and what they declared exists as often as it may. */
export function brokenWords({ declared, done }: Model, { incidents }: Observation): Violation[] {
  const rule = 'what was answered is recorded';
  const linesOf = (number: number): readonly Line[] =>
    incidents.find(({ incident }) => incident.number === number)?.timeline.map(({ line }) => line) ?? [];
  const found: Violation[] = [];
  for (const [, same] of Map.groupBy(done, ({ incident, by, did }) => `${incident} ${by} ${did}`)) {
    const { incident, by, did } = same[0] ?? { incident: 0, by: '', did: 'Closed' };
    const times = linesOf(incident).filter((line) => line.type === did && line.by.id === by).length;
    // A second acknowledgement within a minute changes nothing; closing twice is refused.
    const least = did === 'Acknowledged' ? 1 : same.length;
    if (times < least)
      found.push({ rule, says: `${by} was told ${same.length} times of ${did}, recorded ${times} times`, incident });
  }
  for (const { title, attempts, answered } of declared) {
    const of = incidents.filter(({ incident }) => incident.title === title).map(({ incident }) => incident.number);
    const missing = answered.filter((number) => !of.includes(number));
    if (missing.length > 0)
      found.push({
        rule,
        says: `“${title}” was answered as ${missing.join(', ')}, and is ${of.join(', ') || 'nowhere'}`,
      });
    if (of.length > attempts)
      found.push({ rule, says: `“${title}” was typed ${attempts} times and is ${of.join(', ')}` });
  }
  const known = new Set(declared.map(({ title }) => title));
  for (const { incident } of incidents) {
    if (incident.kind === 'declared' && !known.has(incident.title))
      found.push({ rule, says: `nobody declared “${incident.title}”`, incident: incident.number });
  }
  return found;
}
