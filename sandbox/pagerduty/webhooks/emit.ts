/** Webhook events: what happened, as PagerDuty words it. */

import {
  referAgent,
  referIncident,
  referPolicy,
  referPriority,
  referService,
  referUser,
  timestamp,
} from '../api/show.ts';
import type { Actor, Incident, Note, Responder, StatusUpdate } from '../incidents/incident.ts';
import type { Json } from '../../json.ts';
import type { World } from '../world.ts';
import { hearing, type eventTypes } from './subscriptions.ts';

/** The type of an event. */
export type EventType = (typeof eventTypes)[number];

type Happened = { readonly type: EventType; readonly incident: Incident; readonly actor: Actor; readonly data: Json };

function send(world: World, { type, incident, actor, data }: Happened): void {
  const event = {
    id: world.ids.uuid('event'),
    event_type: type,
    resource_type: 'incident',
    occurred_at: new Date(world.clock.now()).toISOString(),
    agent: referAgent(world, actor.agent),
    client: actor.client,
    data,
  };
  world.events.push(event);
  for (const subscription of hearing(world, type, incident)) {
    world.outbox.send(subscription, { type, resource: incident.id, body: JSON.stringify({ event }) });
  }
}

/** An incident as webhooks show it, which is not how the REST API does. */
function incidentData(world: World, incident: Incident): Json {
  const { id, number, status, key, createdAt, title, urgency, service, policy, alert } = incident;
  const { self, html_url } = referIncident(world, incident);
  const shown = alert === null || world.seed.incidentKeys === 'shown';
  return {
    ...{ id, type: 'incident', self, html_url, number, status, incident_key: shown ? key : null },
    ...{ created_at: timestamp(createdAt), title, service: referService(world, service) },
    assignees: incident.assignees.map(({ user }) => referUser(world, user)),
    ...{ escalation_policy: referPolicy(world, policy), teams: [], priority: referPriority(world, incident.priority) },
    ...{ urgency, conference_bridge: incident.bridge, resolve_reason: null },
    incident_type: { name: 'incident_default' },
  };
}

/** Tells of an event whose data is the incident itself. */
export function emitIncident(world: World, type: EventType, incident: Incident, actor: Actor): void {
  send(world, { type, incident, actor, data: incidentData(world, incident) });
}

/** Tells of a note. Long ones are cut, and say so. */
export function emitNote(world: World, incident: Incident, { id, content }: Note, actor: Actor): void {
  const trimmed = content.length > 25_000;
  const shown = trimmed ? content.slice(0, 25_000) : content;
  const data = { incident: referIncident(world, incident), id, content: shown, trimmed, type: 'incident_note' };
  send(world, { type: 'incident.annotated', incident, actor, data });
}

/** Tells of a status update. */
export function emitUpdate(world: World, incident: Incident, { id, message }: StatusUpdate, actor: Actor): void {
  const about = { incident: referIncident(world, incident), id };
  const data = { ...about, message, trimmed: false, type: 'incident_status_update' };
  send(world, { type: 'incident.status_update_published', incident, actor, data });
}

/** Tells of somebody who was asked to help, or of their answer. */
export function emitResponder(
  world: World,
  type: 'incident.responder.added' | 'incident.responder.replied',
  about: { readonly incident: Incident; readonly responder: Responder },
  actor: Actor,
): void {
  const { incident, responder } = about;
  const { user, policy, message, state } = responder;
  const data = {
    incident: referIncident(world, incident),
    user: referUser(world, user),
    escalation_policy: policy === null ? null : referPolicy(world, policy),
    ...{ message, state, type: 'incident_responder' },
  };
  send(world, { type, incident, actor, data });
}
