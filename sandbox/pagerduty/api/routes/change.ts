/** Creating and changing incidents. */

import { findPolicy } from '../../account/account.ts';
import { prioritise } from '../../incidents/additions.ts';
import { delegate, escalateTo, page, reassign, watchLevel } from '../../incidents/assign.ts';
import { isOpen, type Actor, type Incident, type Trouble } from '../../incidents/incident.ts';
import { open, setStatus } from '../../incidents/lifecycle.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../../json.ts';
import type { World } from '../../world.ts';
import { invalid, notFound, refuse, refuseFor, result, type Answer } from '../answer.ts';
import type { Asked } from '../route.ts';
import { showIncident } from '../show.ts';
import { onIncident } from './find.ts';

function idAt(body: Json, key: string): string {
  return stringAt(objectAt(body, key) ?? {}, 'id');
}

function assigneesOf(body: Json): readonly string[] {
  return objectsAt(body, 'assignments').map((each) => idAt(each, 'assignee'));
}

function bridgeOf(body: Json): Incident['bridge'] {
  const bridge = objectAt(body, 'conference_bridge');
  if (!bridge) return null;
  const [number, url] = [stringAt(bridge, 'conference_number'), stringAt(bridge, 'conference_url')];
  return { conference_number: number || null, conference_url: url || null };
}

const conflict = 'Escalation policy and assignments cannot both be specified.';

function duplicate(): Answer {
  const errors = ['Open incident with matching dedup key already exists on this service'];
  return refuse({ status: 400, code: 2002, message: 'Arguments Caused Error', errors });
}

/** `POST /incidents`. */
export function createIncident({ world, body, actor }: Asked): Answer {
  const wanted = objectAt(body, 'incident') ?? {};
  const service = world.account.services.get(idAt(wanted, 'service'));
  if (!service) return notFound('Service Not Found', 5002);
  const assignees = assigneesOf(wanted);
  const policyId = idAt(wanted, 'escalation_policy');
  if (assignees.length > 0 && policyId !== '') return invalid(conflict);
  if (assignees.length > 1) return invalid('Only one assignee is supported.');
  const policy = findPolicy(world, policyId || service.policy);
  if (!policy) return refuseFor({ code: 1014, message: 'Escalation Policy Not Found' });
  if (assignees.some((id) => !world.account.users.some((user) => user.id === id))) {
    return refuseFor({ code: 1007, message: 'Assigned To User Not Found' });
  }
  const priority = idAt(wanted, 'priority') || null;
  if (priority !== null && !world.account.priorities.some(({ id }) => id === priority)) {
    return refuseFor({ code: 1020, message: 'Invalid Priority' });
  }
  const key = stringAt(wanted, 'incident_key') || world.ids.hex('incident key');
  if (world.incidents.some((each) => isOpen(each) && each.service === service.id && each.key === key))
    return duplicate();
  const opening = {
    ...{ service, key, title: stringAt(wanted, 'title'), policy, priority, bridge: bridgeOf(wanted) },
    urgency: (wanted['urgency'] ?? service.urgency) === 'low' ? 'low' : 'high',
    body: stringAt(objectAt(wanted, 'body') ?? {}, 'details') || null,
    ...(assignees.length > 0 ? { assignees } : {}),
  } as const;
  const incident = open(world, opening, actor);
  if (!incident) return refuseFor({ code: 1015, message: 'Escalation Policy Has No User On Call' });
  return result({ incident: showIncident(world, incident) }, 201);
}

function retitle(world: World, incident: Incident, wanted: Json, actor: Actor): void {
  const title = stringAt(wanted, 'title');
  const urgency = stringAt(wanted, 'urgency');
  const told = { number: incident.number, by: actor.agent };
  if (title !== '' && title !== incident.title) {
    incident.title = title;
    world.journal.add(world.clock.now(), { kind: 'changed', what: 'title', to: title, ...told });
  }
  if ((urgency === 'high' || urgency === 'low') && urgency !== incident.urgency) {
    incident.urgency = urgency;
    world.journal.add(world.clock.now(), { kind: 'changed', what: 'urgency', to: urgency, ...told });
    if (urgency === 'high' && incident.status === 'triggered') page(world, incident, true);
    if (incident.status === 'triggered') watchLevel(world, incident);
  }
  if (wanted['conference_bridge']) incident.bridge = bridgeOf(wanted);
}

/** Does everything a change asks for, and stops at the first that cannot be done. */
function change(world: World, incident: Incident, wanted: Json, actor: Actor): Trouble | null {
  const status = wanted['status'];
  const level = wanted['escalation_level'];
  const policy = idAt(wanted, 'escalation_policy');
  const assignees = assigneesOf(wanted);
  retitle(world, incident, wanted, actor);
  const priority = 'priority' in wanted ? prioritise(world, incident, idAt(wanted, 'priority') || null, actor) : null;
  if (priority) return priority;
  if (policy !== '') return delegate(world, incident, policy, actor);
  if (assignees.length > 0) return reassign(world, incident, assignees, actor);
  if (typeof level === 'number') return escalateTo(world, incident, level, actor);
  if (status === 'triggered' || status === 'acknowledged' || status === 'resolved') {
    return setStatus(world, incident, status, actor);
  }
  return null;
}

function clash(wanted: Json): boolean {
  return assigneesOf(wanted).length > 0 && idAt(wanted, 'escalation_policy') !== '';
}

/** `PUT /incidents/{id}`. */
export const updateIncident = onIncident(({ world, body, actor }, incident) => {
  const wanted = objectAt(body, 'incident') ?? {};
  if (clash(wanted)) return invalid(conflict);
  const trouble = change(world, incident, wanted, actor);
  return trouble ? refuseFor(trouble) : result({ incident: showIncident(world, incident) });
});

/** `PUT /incidents`: each by its id, all or, when one is refused, those before it. */
export function updateIncidents({ world, body, actor }: Asked): Answer {
  const changed: Incident[] = [];
  for (const wanted of objectsAt(body, 'incidents')) {
    const incident = world.incidents.find(({ id }) => id === wanted['id']);
    if (!incident) return notFound('Incident Not Found', 5001);
    if (clash(wanted)) return invalid(conflict);
    const trouble = change(world, incident, wanted, actor);
    if (trouble) return refuseFor(trouble);
    changed.push(incident);
  }
  return result({ incidents: changed.map((each) => showIncident(world, each)) });
}
