/** What people do in PagerDuty itself, on its web page or in its app. */

import { findPolicy, personOf } from '../account/account.ts';
import { annotate, prioritise, reply } from '../incidents/additions.ts';
import { delegate, escalateTo, reassign } from '../incidents/assign.ts';
import { person, type Incident, type Status, type Trouble } from '../incidents/incident.ts';
import { setStatus } from '../incidents/lifecycle.ts';
import type { World } from '../world.ts';

/** Which incident: its id, number, key or title, or `newest`. Throws when there is none. */
export function incidentOf(world: World, which: string | number): Incident {
  const found =
    which === 'newest'
      ? world.incidents.at(-1)
      : world.incidents.findLast(({ id, number, key, title }) => [id, number, key, title].includes(which));
  if (!found) throw new Error(`there is no incident "${which}" in this account`);
  return found;
}

function must(trouble: Trouble | null): void {
  if (trouble) throw new Error(`PagerDuty does not let them: ${trouble.message}`);
}

/** Somebody acknowledges, resolves, takes an acknowledgement back or opens it again. */
export function turn(world: World, who: string, status: Status, which: string | number): void {
  must(setStatus(world, incidentOf(world, which), status, person(personOf(world, who).id)));
}

/** Somebody gives it to a colleague or, by its name or id, to a policy. */
export function give(world: World, who: string, to: string, which: string | number): void {
  const incident = incidentOf(world, which);
  const actor = person(personOf(world, who).id);
  const policy = findPolicy(world, to);
  must(
    policy ? delegate(world, incident, policy.id, actor) : reassign(world, incident, [personOf(world, to).id], actor),
  );
}

/** Somebody moves it to a level, the next one when left out. */
export function escalate(world: World, who: string, which: string | number, level?: number): void {
  const incident = incidentOf(world, which);
  must(escalateTo(world, incident, level ?? incident.level + 1, person(personOf(world, who).id)));
}

/** Somebody writes a note. */
export function note(world: World, who: string, text: string, which: string | number): void {
  const { id } = personOf(world, who);
  const made = annotate(world, incidentOf(world, which), text, id, person(id));
  if ('code' in made) must(made);
}

/** Somebody sets the priority by its name, or with null takes it away. */
export function rank(world: World, who: string, name: string | null, which: string | number): void {
  const id = name === null ? null : (world.account.priorities.find((each) => each.name === name)?.id ?? name);
  must(prioritise(world, incidentOf(world, which), id, person(personOf(world, who).id)));
}

/** Somebody who was asked to help says whether they will. */
export function answerCall(world: World, who: string, state: 'joined' | 'declined', which: string | number): void {
  reply(world, incidentOf(world, which), personOf(world, who).id, state);
}
