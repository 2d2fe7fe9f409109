/** Finding incidents: one by its id, or those that a query asks for. */

import type { Incident } from '../../incidents/incident.ts';
import { invalid, notFound, result, type Answer } from '../answer.ts';
import { page } from '../pages.ts';
import type { Asked } from '../route.ts';
import { showIncident } from '../show.ts';

const month = 30 * 86_400_000;

/** Does something with the incident of the path, or says that there is none. */
export function onIncident(run: (asked: Asked, incident: Incident) => Answer): (asked: Asked) => Answer {
  return (asked) => {
    const incident = asked.world.incidents.find(({ id }) => id === asked.params['id']);
    return incident ? run(asked, incident) : notFound('Incident Not Found', 5001);
  };
}

/** The time range of a query: everything, what it says, or the last month as when it says nothing. */
function range({ query, world }: Asked): readonly [number, number] | null {
  if (query.get('date_range') === 'all') return [0, Infinity];
  const since = query.get('since');
  const until = query.get('until');
  const from = since === null ? world.clock.now() - month : Date.parse(since);
  const to = until === null ? Infinity : Date.parse(until);
  return Number.isNaN(from) || Number.isNaN(to) ? null : [from, to];
}

function sorted(incidents: readonly Incident[], sortBy: string | null): readonly Incident[] {
  const [field = '', direction = 'asc'] = (sortBy ?? 'incident_number:asc').split(',')[0]?.split(':') ?? [];
  const value = (incident: Incident): number =>
    field === 'urgency' ? (incident.urgency === 'high' ? 1 : 0) : incident.number;
  const factor = direction === 'desc' ? -1 : 1;
  return incidents.toSorted((a, b) => factor * (value(a) - value(b)));
}

/** `GET /incidents`. */
export function listIncidents(asked: Asked): Answer {
  const { world, query } = asked;
  const statuses = query.getAll('statuses[]');
  if (statuses.some((status) => !['triggered', 'acknowledged', 'resolved'].includes(status))) {
    return invalid('Status must be a list of triggered, acknowledged, or resolved.');
  }
  const times = range(asked);
  if (!times) return invalid("Invalid time values in 'since' and/or 'until' parameters");
  const among = (name: string, ...values: readonly string[]): boolean => {
    const wanted = query.getAll(name);
    return wanted.length === 0 || values.some((value) => wanted.includes(value));
  };
  const key = query.get('incident_key');
  const found = world.incidents.filter(
    (incident) =>
      (key === null || incident.key === key) &&
      among('statuses[]', incident.status) &&
      among('service_ids[]', incident.service) &&
      among('urgencies[]', incident.urgency) &&
      among('user_ids[]', ...incident.assignees.map(({ user }) => user)) &&
      incident.createdAt >= times[0] &&
      incident.createdAt <= times[1],
  );
  return page(query, 'incidents', sorted(found, query.get('sort_by')), (each) => showIncident(world, each));
}

/** `GET /incidents/{id}`. */
export const getIncident = onIncident(({ world }, incident) => result({ incident: showIncident(world, incident) }));
