/** The paths below `/incidents`. */

import { annotate, askForHelp, publish, type AskedFor } from '../../incidents/additions.ts';
import { objectAt, objectsAt, stringAt, type Json } from '../../../json.ts';
import { invalid, refuseFor, result } from '../answer.ts';
import { page, pageParameters } from '../pages.ts';
import type { Asked, Route } from '../route.ts';
import * as schema from '../schema/rest.ts';
import { referIncident, referPolicy, referUser, showAlert, showNote, showUpdate, timestamp } from '../show.ts';
import { createIncident, updateIncident, updateIncidents } from './change.ts';
import { getIncident, listIncidents, onIncident } from './find.ts';

/** Who writes: always somebody, because these routes need `From` or a person's key. */
function authorOf({ requester }: Asked): string {
  return requester?.id ?? '';
}

const addNote = onIncident((asked, incident) => {
  const content = stringAt(objectAt(asked.body, 'note') ?? {}, 'content');
  const note = annotate(asked.world, incident, content, authorOf(asked), asked.actor);
  return 'code' in note ? refuseFor(note) : result({ note: showNote(asked.world, note) });
});

const addUpdate = onIncident((asked, incident) => {
  const update = publish(asked.world, incident, stringAt(asked.body, 'message'), authorOf(asked), asked.actor);
  return result({ status_update: showUpdate(asked.world, update) });
});

function targetOf(each: Json): AskedFor {
  const target = objectAt(each, 'responder_request_target') ?? {};
  const type = stringAt(target, 'type').startsWith('user') ? 'user' : 'escalation_policy';
  return { type, id: stringAt(target, 'id') };
}

const askResponders = onIncident(({ world, body }, incident) => {
  const by = stringAt(body, 'requester_id');
  if (!world.account.users.some(({ id }) => id === by)) return invalid('Requester id is not a user.');
  const message = stringAt(body, 'message');
  const targets = objectsAt(body, 'responder_request_targets').map(targetOf);
  const actor = { agent: { kind: 'user', id: by }, client: null } as const;
  if (askForHelp(world, incident, { by, message, targets }, actor)) return invalid('Responder not found.');
  const request = {
    incident: referIncident(world, incident),
    requester: referUser(world, by),
    requested_at: timestamp(world.clock.now()),
    message,
    responder_request_targets: targets.map(({ type, id }) => ({
      responder_request_target: type === 'user' ? referUser(world, id) : referPolicy(world, id),
    })),
  };
  return result({ responder_request: request });
});

const listed = [
  ...pageParameters,
  ...['date_range', 'incident_key', 'include[]', 'service_ids[]', 'since', 'sort_by', 'statuses[]', 'team_ids[]'],
  ...['time_zone', 'until', 'urgencies[]', 'user_ids[]'],
];

/** Their paths. */
export const incidentRoutes: readonly Route[] = [
  { method: 'GET', path: '/incidents', scope: 'incidents.read', query: listed, run: listIncidents },
  {
    ...{ method: 'POST', path: '/incidents', scope: 'incidents.write', from: true },
    ...{ body: schema.createIncident, run: createIncident },
  },
  {
    ...{ method: 'PUT', path: '/incidents', scope: 'incidents.write', from: true },
    ...{ body: schema.changeIncidents, run: updateIncidents },
  },
  { method: 'GET', path: '/incidents/:id', scope: 'incidents.read', query: ['include[]'], run: getIncident },
  {
    ...{ method: 'PUT', path: '/incidents/:id', scope: 'incidents.write', from: true },
    ...{ body: schema.changeIncident, run: updateIncident },
  },
  {
    ...{ method: 'GET', path: '/incidents/:id/alerts', scope: 'incidents.read' },
    query: [...pageParameters, 'alert_key', 'include[]', 'sort_by', 'statuses[]'],
    run: onIncident(({ world, query }, incident) =>
      page(query, 'alerts', incident.alert ? [incident.alert] : [], (each) => showAlert(world, incident, each)),
    ),
  },
  {
    ...{ method: 'GET', path: '/incidents/:id/notes', scope: 'incidents.read' },
    // This list has no pages: it is always whole.
    run: onIncident(({ world }, { notes }) => result({ notes: notes.map((note) => showNote(world, note)) })),
  },
  {
    ...{ method: 'POST', path: '/incidents/:id/notes', scope: 'incidents.write', from: true },
    ...{ body: schema.addNote, run: addNote },
  },
  {
    ...{ method: 'POST', path: '/incidents/:id/status_updates', scope: 'incidents.write', from: true },
    ...{ body: schema.addUpdate, run: addUpdate },
  },
  {
    ...{ method: 'POST', path: '/incidents/:id/responder_requests', scope: 'incidents.write' },
    ...{ ability: 'coordinated_responding', body: schema.askResponders, run: askResponders },
  },
];
