/** What becomes of an incident: opened, acknowledged, triggered again, resolved, reopened. */

import { findPolicy, mannedLevel } from '../account/account.ts';
import type { Policy, Service } from '../account/seed.ts';
import { emitIncident } from '../webhooks/emit.ts';
import type { World } from '../world.ts';
import { assignLevel, later, page, watchLevel } from './assign.ts';
import {
  isOpen,
  itself,
  type Actor,
  type Alert,
  type Incident,
  type Status,
  type Trouble,
  type Urgency,
} from './incident.ts';

/** What a new incident is made of. `assignees` are people it goes to directly. */
export type Opening = {
  readonly service: Service;
  readonly key: string;
  readonly title: string;
  readonly urgency: Urgency;
  readonly policy: Policy;
  readonly assignees?: readonly string[];
  readonly priority?: string | null;
  readonly body?: string | null;
  readonly bridge?: Incident['bridge'];
  readonly alert?: Alert;
};

function blank(world: World, opening: Opening): Incident {
  const now = world.clock.now();
  const { service, key, title, urgency, policy, priority = null, body = null, alert = null, bridge = null } = opening;
  return {
    ...{ id: world.ids.next('INC'), number: world.ids.number(), key, service: service.id, createdAt: now },
    ...{ title, status: 'triggered', urgency, body, alert, priority, bridge },
    ...{ policy: policy.id, level: 1, loop: 0, via: 'escalation_policy' },
    ...{ assignees: [], acknowledgers: [], changedAt: now, changedBy: null, resolvedAt: null },
    ...{ notes: [], responders: [], updates: [], watch: 0, life: 0 },
  };
}

/** Opens an incident, or gives null when nobody at all is on call: PagerDuty makes none then. */
export function open(world: World, opening: Opening, actor: Actor): Incident | null {
  const { policy, service, assignees } = opening;
  const level = mannedLevel(world, policy, 1);
  if (level === null && !assignees) return null;
  const incident = blank(world, opening);
  const { number, title, urgency } = incident;
  const now = world.clock.now();
  world.incidents.push(incident);
  world.journal.add(now, { kind: 'opened', number, service: service.name, title, urgency, by: actor.agent });
  incident.changedBy = actor.agent;
  if (assignees) {
    incident.via = 'direct_assignment';
    incident.assignees = assignees.map((user) => ({ user, at: now }));
  }
  const creator = actor.agent?.kind === 'user' ? actor.agent.id : null;
  // Whoever opens an incident for themselves knows of it: it is acknowledged, and nobody is paged.
  const own = creator !== null && assignees?.includes(creator);
  if (assignees && !own) page(world, incident);
  if (!assignees && level !== null) assignLevel(world, incident, policy, level);
  emitIncident(world, 'incident.triggered', incident, actor);
  watchLife(world, incident);
  if (own) acknowledge(world, incident, actor);
  return incident;
}

function watchLife(world: World, incident: Incident): void {
  incident.life += 1;
  const seconds = world.account.services.get(incident.service)?.autoResolveTimeout ?? null;
  if (seconds === null) return;
  later(world, incident, 'life', { ms: seconds * 1000, run: () => void resolve(world, incident, itself) });
}

function become(world: World, incident: Incident, status: Status, actor: Actor): void {
  incident.status = status;
  incident.changedAt = world.clock.now();
  incident.changedBy = actor.agent;
  incident.watch += 1;
  const { number } = incident;
  world.journal.add(world.clock.now(), { kind: 'became', number, status, by: actor.agent });
}

/** Acknowledges an incident until the service's timeout takes the acknowledgement back. */
export function acknowledge(world: World, incident: Incident, actor: Actor): Trouble | null {
  if (!isOpen(incident)) return { code: 1001, message: 'Incident Already Resolved' };
  if (incident.status === 'acknowledged') return { code: 1002, message: 'Incident Already Acknowledged' };
  become(world, incident, 'acknowledged', actor);
  incident.acknowledgers = [{ agent: actor.agent, at: world.clock.now() }];
  const seconds = world.account.services.get(incident.service)?.ackTimeout ?? null;
  if (seconds !== null) {
    later(world, incident, 'watch', { ms: seconds * 1000, run: () => unacknowledge(world, incident, itself) });
  }
  emitIncident(world, 'incident.acknowledged', incident, actor);
  return null;
}

/** Takes an acknowledgement back: whoever has the incident is paged again, and its level counts from now. */
function unacknowledge(world: World, incident: Incident, actor: Actor): void {
  become(world, incident, 'triggered', actor);
  incident.acknowledgers = [];
  page(world, incident, true);
  watchLevel(world, incident);
  emitIncident(world, 'incident.unacknowledged', incident, actor);
}

/** Resolves an incident and its alert. */
export function resolve(world: World, incident: Incident, actor: Actor): Trouble | null {
  if (!isOpen(incident)) return { code: 1001, message: 'Incident Already Resolved' };
  become(world, incident, 'resolved', actor);
  incident.life += 1;
  incident.resolvedAt = world.clock.now();
  incident.assignees = [];
  incident.acknowledgers = [];
  if (incident.alert) incident.alert.status = 'resolved';
  emitIncident(world, 'incident.resolved', incident, actor);
  return null;
}

/** Opens a resolved incident again, from the first level; its alert stays resolved. */
function reopen(world: World, incident: Incident, actor: Actor): Trouble | null {
  const policy = findPolicy(world, incident.policy);
  const level = policy ? mannedLevel(world, policy, 1) : null;
  if (!policy || level === null) return { code: 1015, message: 'Escalation Policy Has No User On Call' };
  become(world, incident, 'triggered', actor);
  incident.resolvedAt = null;
  incident.loop = 0;
  assignLevel(world, incident, policy, level);
  watchLife(world, incident);
  emitIncident(world, 'incident.reopened', incident, actor);
  return null;
}

/** Changes the status as a `PUT` asks for. */
export function setStatus(world: World, incident: Incident, status: Status, actor: Actor): Trouble | null {
  switch (status) {
    case 'acknowledged':
      return acknowledge(world, incident, actor);
    case 'resolved':
      return resolve(world, incident, actor);
    case 'triggered':
      if (incident.status === 'resolved') return reopen(world, incident, actor);
      if (incident.status === 'triggered') return { code: 1003, message: 'Invalid Status Provided' };
      unacknowledge(world, incident, actor);
      return null;
  }
}
