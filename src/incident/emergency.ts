/** A page that was sent from memory, while the database was away, belongs to the incident that its alerts opened afterwards. */
import { decide } from './decide.ts';
import { change, draftOf } from './draft.ts';
import type { Decision } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Incident } from './incident.ts';
import type { EmergencyPaged } from './monitor.ts';

/** Remembers that PagerDuty knows of the incident, so that it hears of its end too. */
export function emergencyPaged(incident: Incident, event: EmergencyPaged, facts: Facts): Decision {
  const { at, pagedAt, routing } = event;
  const { pager } = incident;
  const keys = pager.keys.includes(routing) ? pager.keys : [...pager.keys, routing];
  const line = { type: 'EmergencyPaged', at, pagedAt } as const;
  return decide(incident, change(draftOf(incident), { pager: { ...pager, keys } }, line), at, facts);
}
