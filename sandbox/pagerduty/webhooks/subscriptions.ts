/** Webhook subscriptions: who is told of what, and with which secrets. */

import type { Incident } from '../incidents/incident.ts';
import type { World } from '../world.ts';

/** Every event type that can be subscribed to and that the sandbox sends. */
export const eventTypes = [
  ...['incident.triggered', 'incident.acknowledged', 'incident.unacknowledged', 'incident.escalated'],
  ...['incident.delegated', 'incident.reassigned', 'incident.resolved', 'incident.reopened', 'incident.annotated'],
  ...['incident.priority_updated', 'incident.responder.added', 'incident.responder.replied'],
  'incident.status_update_published',
] as const;

/** Event types that may be subscribed to as well, but that nothing in the sandbox causes. */
export const quietEventTypes = [
  ...['incident.conference_bridge.updated', 'incident.custom_field_values.updated', 'incident.incident_type.changed'],
  ...['incident.role.assigned', 'incident.role.unassigned', 'incident.service_updated'],
  ...['incident.workflow.started', 'incident.workflow.completed', 'service.created', 'service.updated'],
  ...['service.deleted', 'service.custom_field_values.updated'],
] as const;

/** Which incidents a subscription is about. */
export type Filter = {
  readonly type: 'account_reference' | 'service_reference' | 'team_reference';
  readonly id?: string;
};

/** One subscription. */
export type Subscription = {
  readonly id: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  url: string;
  description: string | null;
  events: readonly string[];
  filter: Filter;
  active: boolean;
  /** The newest first. There are several while they are rotated, and each signs. */
  secrets: readonly string[];
  /** Deliveries in a row that were given up. */
  drops: number;
  /** Until when nothing is sent because of them, in milliseconds; 0 when it works. */
  disabledUntil: number;
};

/** What a subscription is made of. */
export type Wanted = Pick<Subscription, 'url' | 'description' | 'events' | 'filter' | 'headers'>;

/** Makes a subscription, with a secret of its own when none is given. */
export function subscribe(world: World, wanted: Wanted, secret = world.ids.hex('secret')): Subscription {
  const id = world.ids.next('SUB');
  const subscription = { ...wanted, id, active: true, secrets: [secret], drops: 0, disabledUntil: 0 };
  world.subscriptions.push(subscription);
  return subscription;
}

/** Whether it is switched off for a day because too much was dropped. */
export function isDisabled(world: World, { disabledUntil }: Subscription): boolean {
  return disabledUntil > world.clock.now();
}

/** The subscriptions that hear of this event. */
export function hearing(world: World, type: string, incident: Incident): readonly Subscription[] {
  return world.subscriptions.filter(({ active, events, filter }) => {
    const about = filter.type === 'account_reference' || filter.id === incident.service;
    return active && about && events.includes(type);
  });
}
