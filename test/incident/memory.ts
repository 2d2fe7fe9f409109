/** A store in memory: the order of work of src/store/drain.ts, record.ts and the clock, without the database. */
import type { Actor } from '../../src/access/actor.ts';
import { without } from '../../src/incident/alerts.ts';
import { correlate } from '../../src/incident/correlate.ts';
import type { Decision } from '../../src/incident/draft.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { AlertsReported, Deed, Event, Line, Refusal, Wake } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { isOpen } from '../../src/incident/incident.ts';
import type { Incident, Instant } from '../../src/incident/incident.ts';
import { openForAlerts, openForPerson } from '../../src/incident/opening.ts';
import type { Rules } from '../../src/incident/rules.ts';
import { transition } from '../../src/incident/transition.ts';

/** A wake that has not been due yet. */
export interface Timer {
  readonly at: Instant;
  readonly number: number;
  readonly wake: Wake;
}

/** An empty store. Everything it holds may be looked at. */
export function openMemory(rules: Rules) {
  const incidents = new Map<number, Incident>();
  const holders = new Map<string, number>();
  const linked = new Map<string, number>();
  const joined: Instant[] = [];
  const lines: (Line & { readonly number: number })[] = [];
  const effects: (Effect & { readonly number: number })[] = [];
  let timers: Timer[] = [];

  const save = (decision: Decision, event: Event): Decision => {
    const { incident } = decision;
    const before = incidents.get(incident.number);
    incidents.set(incident.number, incident);
    for (const line of decision.lines) lines.push({ ...line, number: incident.number });
    for (const effect of decision.effects) {
      effects.push({ ...effect, number: incident.number });
      if (effect.type === 'clock.wake') timers.push({ at: effect.at, number: incident.number, wake: effect.wake });
    }
    for (const [fingerprint, alert] of Object.entries(incident.alerts)) {
      if (alert === before?.alerts[fingerprint]) continue;
      const former = at(holders.get(fingerprint));
      if (former !== null && former.number !== incident.number)
        incidents.set(former.number, { ...former, alerts: without(former.alerts, fingerprint) });
      holders.set(fingerprint, incident.number);
    }
    if (event.type !== 'AlertsReported' || event.group === null) return decision;
    const id = `${event.group.receiver}\n${event.group.key}`;
    if (incident.groups[id]?.linkedAt === event.at && before?.groups[id] === undefined) joined.push(event.at);
    linked.set(id, incident.number);
    return decision;
  };
  const at = (number: number | undefined): Incident | null =>
    number === undefined ? null : (incidents.get(number) ?? null);
  const next = (): number => incidents.size + 1;

  /** Records one event of an incident. */
  const record = (number: number, event: Event, actor?: Actor): Decision | Refusal => {
    const decision = transition(memory.incident(number), event, actor === undefined ? rules : { ...rules, actor });
    return isRefusal(decision) || decision.lines.length === 0 ? decision : save(decision, event);
  };

  const memory = {
    lines: lines as readonly (Line & { readonly number: number })[],
    /** Everything that was wished for. */
    effects: effects as readonly (Effect & { readonly number: number })[],
    holders: holders as ReadonlyMap<string, number>,
    timers: (): readonly Timer[] => timers,
    incidents: (): readonly Incident[] => [...incidents.values()],
    incident: (number = 1): Incident => {
      const found = incidents.get(number);
      if (found === undefined) throw new Error(`there is no incident ${number}`);
      return found;
    },
    record,
    declare: (event: Extract<Deed, { type: 'Declared' }>): Decision => save(openForPerson(next(), event, rules), event),
    /** Takes in a body; answers what changed, one decision for each incident that it concerned. */
    report: (event: AlertsReported): readonly Decision[] => {
      const storm = [...incidents.values()].find(({ kind, ...incident }) => kind === 'storm' && isOpen(incident));
      const held = event.alerts.flatMap(({ fingerprint }) => {
        const holder = at(holders.get(fingerprint));
        return holder === null ? [] : [[fingerprint, holder] as const];
      });
      const known = {
        linked: at(linked.get(`${event.group?.receiver}\n${event.group?.key}`)),
        holders: new Map(held),
        recentGroups: joined.filter((when) => when > event.at - rules.storm.within).length,
        storm: storm ?? null,
      };
      return correlate(event, known, rules).flatMap((part) => {
        const { to } = part;
        if (to === 'alert' || to === 'storm') return [save(openForAlerts(next(), to, part.event, rules), part.event)];
        const decision = record(to.number, part.event);
        if (isRefusal(decision)) throw new Error(`incident ${to.number} refused alerts: ${decision.refused}`);
        return decision.lines.length === 0 ? [] : [decision];
      });
    },
    /** Takes the oldest timer that is due by then, as the event that performing it records. */
    due: (to: Instant): { readonly to: number; readonly event: Wake & { readonly at: Instant } } | undefined => {
      const timer = timers.toSorted((a, b) => a.at - b.at)[0];
      if (timer === undefined || timer.at > to) return undefined;
      timers = timers.filter((other) => other !== timer);
      return { to: timer.number, event: { ...timer.wake, at: timer.at } };
    },
    /** Lets time pass: every timer is performed when it is due, oldest first. */
    advance: (to: Instant): void => {
      for (let timer = memory.due(to); timer !== undefined; timer = memory.due(to)) record(timer.to, timer.event);
    },
  };
  return memory;
}

/** A store in memory. */
export type Memory = ReturnType<typeof openMemory>;
