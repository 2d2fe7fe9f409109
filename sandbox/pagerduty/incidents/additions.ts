/** What is added to an incident: notes, priorities, people asked to help, status updates. */

import { dutiesAt, findPolicy, findUser } from '../account/account.ts';
import { emitIncident, emitNote, emitResponder, emitUpdate } from '../webhooks/emit.ts';
import type { World } from '../world.ts';
import {
  person,
  type Actor,
  type Incident,
  type Note,
  type Responder,
  type StatusUpdate,
  type Trouble,
} from './incident.ts';

/** An incident takes this many notes (PagerDuty's own limit). */
const mostNotes = 2000;

/** Adds a note. */
export function annotate(world: World, incident: Incident, content: string, by: string, actor: Actor): Note | Trouble {
  if (incident.notes.length >= mostNotes) return { code: 2001, message: 'Invalid Input Provided' };
  const at = world.clock.now();
  const note: Note = { id: world.ids.next('NOTE'), by, content, at };
  incident.notes.push(note);
  world.journal.add(at, { kind: 'noted', number: incident.number, by, text: content });
  emitNote(world, incident, note, actor);
  return note;
}

/** Sets the priority, or with null takes it away. */
export function prioritise(world: World, incident: Incident, id: string | null, actor: Actor): Trouble | null {
  const priority = world.account.priorities.find((each) => each.id === id);
  if (id !== null && !priority) return { code: 1020, message: 'Invalid Priority' };
  if (incident.priority === id) return null;
  incident.priority = id;
  const name = priority?.name ?? null;
  world.journal.add(world.clock.now(), {
    kind: 'prioritised',
    number: incident.number,
    priority: name,
    by: actor.agent,
  });
  emitIncident(world, 'incident.priority_updated', incident, actor);
  return null;
}

/** Somebody or a policy that is asked to help. */
export type AskedFor = { readonly type: 'user' | 'escalation_policy'; readonly id: string };

function usersOf(world: World, { type, id }: AskedFor): readonly string[] | null {
  if (type === 'user') return findUser(world, id) ? [id] : null;
  const policy = findPolicy(world, id);
  return policy ? dutiesAt(world, policy, 1).map(({ user }) => user.id) : null;
}

/** Asks people to help; a policy asks whoever is on call at its first level. They are paged, the incident stays with whom it is. */
export function askForHelp(
  world: World,
  incident: Incident,
  request: { readonly by: string; readonly message: string; readonly targets: readonly AskedFor[] },
  actor: Actor,
): Trouble | null {
  const found = request.targets.map((target) => ({ target, users: usersOf(world, target) }));
  if (found.some(({ users }) => users === null)) return { code: 2001, message: 'Invalid Input Provided' };
  const at = world.clock.now();
  for (const { target, users } of found) {
    const policy = target.type === 'escalation_policy' ? target.id : null;
    for (const user of users ?? []) {
      const responder: Responder = { user, by: request.by, message: request.message, at, policy, state: 'pending' };
      incident.responders.push(responder);
      world.journal.add(at, { kind: 'asked', number: incident.number, user, by: request.by, text: request.message });
      emitResponder(world, 'incident.responder.added', { incident, responder }, actor);
    }
  }
  return null;
}

/** What somebody says who was asked to help. Throws when they were not. */
export function reply(world: World, incident: Incident, user: string, state: 'joined' | 'declined'): void {
  const responder = incident.responders.findLast((each) => each.user === user);
  if (!responder) throw new Error(`nobody asked ${user} to help with #${incident.number}`);
  responder.state = state;
  world.journal.add(world.clock.now(), { kind: 'replied', number: incident.number, user, state });
  emitResponder(world, 'incident.responder.replied', { incident, responder }, person(user));
}

/** Publishes a status update. */
export function publish(world: World, incident: Incident, message: string, by: string, actor: Actor): StatusUpdate {
  const at = world.clock.now();
  const update: StatusUpdate = { id: world.ids.next('UPD'), by, message, at };
  incident.updates.push(update);
  world.journal.add(at, { kind: 'published', number: incident.number, by, text: message });
  emitUpdate(world, incident, update, actor);
  return update;
}
