/** What an accepted event does to the incidents of its service. */

import { findPolicy } from '../account/account.ts';
import type { Service } from '../account/seed.ts';
import { objectAt, stringAt, type Json } from '../../json.ts';
import type { World } from '../world.ts';
import { isOpen, type Actor, type Incident, type Urgency } from './incident.ts';
import { acknowledge, open, resolve } from './lifecycle.ts';

/** An accepted event that came to nothing, and why. Nobody who sent it is told. */
export type Dropped = { readonly at: number; readonly action: string; readonly key: string; readonly why: string };

function urgencyOf(service: Service, severity: string): Urgency {
  if (service.urgency !== 'severity_based') return service.urgency;
  return severity === 'critical' || severity === 'error' ? 'high' : 'low';
}

function actorOf({ integration, id }: Service, event: Json): Actor {
  const name = stringAt(event, 'client');
  const url = stringAt(event, 'client_url');
  const client = name === '' ? null : { name, ...(url === '' ? {} : { url }) };
  return { agent: { kind: 'integration', id: integration.id, service: id }, client };
}

/** The open incident whose alert has this key. The key is the service's own: other routing keys do not reach it. */
function openWith(world: World, service: Service, key: string): Incident | undefined {
  return world.incidents.find(
    (incident) => isOpen(incident) && incident.service === service.id && incident.alert?.key === key,
  );
}

function trigger(world: World, service: Service, key: string, event: Json): string | null {
  const payload = objectAt(event, 'payload') ?? {};
  const severity = stringAt(payload, 'severity');
  const there = openWith(world, service, key);
  if (there?.alert) {
    Object.assign(there.alert, { severity, event, count: there.alert.count + 1 });
    return null;
  }
  const policy = findPolicy(world, service.policy);
  if (!policy) return 'its service has no escalation policy';
  const createdAt = world.clock.now();
  const alert = { id: world.ids.next('ALR'), key, createdAt, severity, status: 'triggered', event, count: 1 } as const;
  const title = stringAt(payload, 'summary');
  const opening = { service, key, title, urgency: urgencyOf(service, severity), policy, alert: { ...alert } };
  return open(world, opening, actorOf(service, event)) ? null : 'nobody is on call';
}

function apply(world: World, service: Service, key: string, event: Json): string | null {
  if (service.status === 'disabled') return 'the service is disabled';
  if (event['event_action'] === 'trigger') return trigger(world, service, key, event);
  const incident = openWith(world, service, key);
  if (!incident) return 'no open alert has this key';
  const actor = actorOf(service, event);
  if (event['event_action'] === 'resolve') resolve(world, incident, actor);
  else acknowledge(world, incident, actor);
  return null;
}

/** Applies an event. What comes to nothing is written down, and that is all. */
export function applyEvent(world: World, service: Service, key: string, event: Json): void {
  const why = apply(world, service, key, event);
  const action = stringAt(event, 'event_action');
  if (why !== null) world.dropped.push({ at: world.clock.now(), action, key, why });
  world.journal.touch();
}
