/** An attempt that was denied: a line says so, and admins hear of many. */
import { spokenOrder } from '../action/action.ts';
import type { Decision } from '../incident/draft.ts';
import type { Event, Refusal } from '../incident/event.ts';
import type { Incident, Person } from '../incident/incident.ts';
import { notesOf } from '../incident/notes.ts';
import { noticed } from './refused.ts';
import type { RefusedLine } from './refused.ts';
import type { AccessRules } from './rules.ts';

/** Refused attempts before this one, in those times. */
export interface Refusals {
  readonly person: { readonly times: number; readonly noticed: boolean };
  readonly all: { readonly times: number; readonly noticed: boolean };
}

/** What follows from an attempt that was denied: nothing but a line, and a notice when there were many. */
export function keepRefused(
  incident: Incident,
  { by, event }: { readonly by: Person; readonly event: Event },
  { refused: says }: Refusal,
  before: Refusals,
  { roles: { admin } }: AccessRules,
): Decision {
  const { at, type } = event;
  const [id] = admin === 'everyone' ? [] : [...admin.groups, ...admin.ids];
  const to = id === undefined ? null : { id, name: id };
  const isMany = (of: keyof Refusals): boolean => !before[of].noticed && before[of].times + 1 >= noticed[of].times;
  const notice = (of: keyof Refusals): RefusedLine => ({
    ...{ type: 'RefusalsNoticed', at, to, by: of === 'person' ? by : null, times: before[of].times + 1 },
  });
  const lines: readonly RefusedLine[] = [
    { type: 'DeedRefused', at, by, deed: type, what: whatOf(event), says },
    ...(isMany('person') ? [notice('person')] : []),
    ...(isMany('all') ? [notice('all')] : []),
  ];
  return { incident: { ...incident, version: incident.version + 1 }, lines, effects: lines.flatMap(notesOf) };
}

function whatOf(event: Event): string {
  if (event.type === 'ActionAsked') return `${spokenOrder(event.order)} of ${event.target}`;
  return 'run' in event ? `run ${event.run}` : '';
}
