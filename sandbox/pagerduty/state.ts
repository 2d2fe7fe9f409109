/** Everything about an account as JSON. */

import { dutiesAt } from './account/account.ts';
import type { Service } from './account/seed.ts';
import { callCounts } from './api/calls.ts';
import { showAlert, showIncident, showNote } from './api/show.ts';
import type { Dropped } from './incidents/events.ts';
import type { Responder, StatusUpdate } from './incidents/incident.ts';
import type { Json } from '../json.ts';
import type { FaultOrder } from './troubles/faults.ts';
import type { Attempt } from './webhooks/attempt.ts';
import type { Subscription } from './webhooks/subscriptions.ts';
import type { World } from './world.ts';

/** An incident as the API shows it, with everything that belongs to it. */
export type ShownIncident = Json & {
  readonly id: string;
  readonly status: string;
  /** From 1. */
  readonly level: number;
  readonly alerts: readonly Json[];
  readonly notes: readonly Json[];
  readonly responders: readonly Responder[];
  readonly updates: readonly StatusUpdate[];
  /** How many trigger events its alert has had; 0 when it was not made by events. */
  readonly triggers: number;
};

/** The state of an account. */
export type State = {
  /** Milliseconds on the sandbox's clock. */
  readonly now: number;
  readonly incidents: readonly ShownIncident[];
  readonly services: readonly Service[];
  /** By policy, who is on call at each level. */
  readonly onCall: { readonly [policy: string]: readonly (readonly string[])[] };
  readonly subscriptions: readonly Subscription[];
  readonly deliveries: readonly Attempt[];
  readonly dropped: readonly Dropped[];
  readonly faults: readonly FaultOrder[];
  readonly calls: { readonly [path: string]: number };
  readonly complaints: readonly string[];
};

/** The state at this moment. */
export function stateOf(world: World): State {
  const { account, clock, subscriptions, deliveries, dropped, faults, calls, complaints } = world;
  const incidents = world.incidents.map((incident) => ({
    ...showIncident(world, incident),
    level: incident.level,
    alerts: incident.alert ? [showAlert(world, incident, incident.alert)] : [],
    notes: incident.notes.map((note) => showNote(world, note)),
    responders: incident.responders,
    updates: incident.updates,
    triggers: incident.alert?.count ?? 0,
  }));
  const onCall = account.policies.map((policy): [string, readonly (readonly string[])[]] => [
    policy.name,
    policy.levels.map((_, index) => dutiesAt(world, policy, index + 1).map(({ user }) => user.name)),
  ]);
  return {
    ...{ now: clock.now(), incidents, services: [...account.services.values()] },
    ...{ onCall: Object.fromEntries(onCall), subscriptions, deliveries, dropped },
    ...{ faults: faults.pending(), calls: callCounts(calls), complaints },
  };
}
