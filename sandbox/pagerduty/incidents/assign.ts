/** Who has an incident: levels, the timers between them, and handing over. */

import { dutiesAt, findPolicy, findUser, mannedLevel } from '../account/account.ts';
import type { Policy } from '../account/seed.ts';
import { emitIncident } from '../webhooks/emit.ts';
import type { World } from '../world.ts';
import { isOpen, itself, type Actor, type Incident, type Trouble } from './incident.ts';

const resolved: Trouble = { code: 1001, message: 'Incident Already Resolved' };
const nobody: Trouble = { code: 1015, message: 'Escalation Policy Has No User On Call' };

/** Does something later, unless the incident has moved on by then. */
export function later(
  world: World,
  incident: Incident,
  counter: 'watch' | 'life',
  { ms, run }: { readonly ms: number; readonly run: () => void },
): void {
  const ticket = incident[counter];
  world.clock.after(ms, async () => {
    if (incident[counter] !== ticket) return;
    run();
    await world.outbox.idle();
  });
}

/** Tells everybody who has the incident. */
export function page(world: World, incident: Incident, again = false): void {
  const { number, urgency, title } = incident;
  const level = incident.via === 'escalation_policy' ? incident.level : null;
  for (const { user } of incident.assignees) {
    world.journal.add(world.clock.now(), { kind: 'paged', number, user, level, urgency, title, again });
  }
}

/** Gives the incident to a level of its policy and starts that level's timer. */
export function assignLevel(world: World, incident: Incident, policy: Policy, level: number): void {
  const at = world.clock.now();
  incident.policy = policy.id;
  incident.level = level;
  incident.via = 'escalation_policy';
  incident.assignees = [...new Set(dutiesAt(world, policy, level).map(({ user }) => user.id))].map((user) => ({
    user,
    at,
  }));
  page(world, incident);
  watchLevel(world, incident);
}

/** Starts the timer after which an incident goes on to the next level. */
export function watchLevel(world: World, incident: Incident): void {
  incident.watch += 1;
  const minutes = findPolicy(world, incident.policy)?.levels[incident.level - 1]?.delayMinutes;
  const climbs = incident.status === 'triggered' && incident.urgency === 'high' && incident.via === 'escalation_policy';
  if (!climbs || minutes === undefined) return;
  later(world, incident, 'watch', { ms: minutes * 60_000, run: () => climb(world, incident) });
}

/** The level after this one: the next with somebody on call, or the first of another round, or none. */
function nextLevel(world: World, incident: Incident, policy: Policy): number | null {
  const above = mannedLevel(world, policy, incident.level + 1);
  if (above !== null || incident.loop >= policy.loops) return above;
  incident.loop += 1;
  return mannedLevel(world, policy, 1);
}

function climb(world: World, incident: Incident): void {
  const policy = findPolicy(world, incident.policy);
  const level = policy ? nextLevel(world, incident, policy) : null;
  if (policy && level !== null) moveTo(world, incident, { policy, level, actor: itself });
}

type Move = { readonly policy: Policy; readonly level: number; readonly actor: Actor };

function moveTo(world: World, incident: Incident, { policy, level, actor }: Move): void {
  const { number } = incident;
  world.journal.add(world.clock.now(), { kind: 'escalated', number, level, by: actor.agent });
  touch(world, incident, actor);
  assignLevel(world, incident, policy, level);
  emitIncident(world, 'incident.escalated', incident, actor);
}

/** Notes who changed it last, and that whoever had acknowledged it no longer has it. */
function touch(world: World, incident: Incident, actor: Actor): void {
  incident.status = 'triggered';
  incident.acknowledgers = [];
  incident.changedAt = world.clock.now();
  incident.changedBy = actor.agent;
}

/** Moves an incident to a level by hand. */
export function escalateTo(world: World, incident: Incident, level: number, actor: Actor): Trouble | null {
  const policy = findPolicy(world, incident.policy);
  if (!isOpen(incident)) return resolved;
  const manned = policy && dutiesAt(world, policy, level).length > 0;
  if (!manned || incident.via === 'direct_assignment') return { code: 1006, message: 'Cannot Escalate' };
  moveTo(world, incident, { policy, level, actor });
  return null;
}

/** Hands an incident to people, after which it no longer escalates. */
export function reassign(world: World, incident: Incident, users: readonly string[], actor: Actor): Trouble | null {
  if (!isOpen(incident)) return resolved;
  if (users.length === 0 || users.some((id) => !findUser(world, id))) {
    return { code: 1007, message: 'Assigned To User Not Found' };
  }
  const at = world.clock.now();
  touch(world, incident, actor);
  incident.watch += 1;
  incident.via = 'direct_assignment';
  incident.assignees = users.map((user) => ({ user, at }));
  world.journal.add(at, { kind: 'reassigned', number: incident.number, to: users, by: actor.agent });
  page(world, incident);
  emitIncident(world, 'incident.reassigned', incident, actor);
  return null;
}

/** Hands an incident to another policy, from its first level. */
export function delegate(world: World, incident: Incident, policyId: string, actor: Actor): Trouble | null {
  const policy = findPolicy(world, policyId);
  if (!isOpen(incident)) return resolved;
  if (!policy) return { code: 1014, message: 'Escalation Policy Not Found' };
  const level = mannedLevel(world, policy, 1);
  if (level === null) return nobody;
  incident.loop = 0;
  touch(world, incident, actor);
  const { number } = incident;
  world.journal.add(world.clock.now(), { kind: 'delegated', number, policy: policy.name, by: actor.agent });
  assignLevel(world, incident, policy, level);
  emitIncident(world, 'incident.delegated', incident, actor);
  return null;
}
