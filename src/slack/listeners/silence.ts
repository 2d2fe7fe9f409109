/** `/incident silence 1h deploying`: hides what fires at an incident, in Alertmanager, for a time. */
import type { Actor } from '../../access/actor.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Duration } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { numberOf } from './number.ts';
import { durationOf, named, split } from './reading.ts';
import type { Named } from './reading.ts';

/** What was typed. */
export interface SilenceTyped {
  readonly is: 'silence';
  readonly incident: Named | null;
  readonly time: Duration;
  readonly reason: string;
}

/** Reads `1h deploying` or `#12 1h deploying`; null without a length of time. */
export function aboutSilence(rest: string): SilenceTyped | null {
  const { first, after } = split(rest);
  const incident = named(first);
  const words = incident?.marked === true ? split(after) : { first, after };
  const time = durationOf(words.first);
  return time === null
    ? null
    : { is: 'silence', incident: incident?.marked === true ? incident : null, time, reason: words.after };
}

/** Records the wish. Answers what the person is told. */
export async function silence(desk: Desk, typed: Typed, actor: Actor, asked: SilenceTyped): Promise<string> {
  const number = await numberOf(desk, typed, asked.incident, 'silence #12 1h');
  if (typeof number !== 'number') return number.refused;
  const { time, reason } = asked;
  const deed = { type: 'SilenceAsked', at: desk.clock(), by: actor.person, time, reason } as const;
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  if (isRefusal(recorded)) return recorded.refused;
  return `The alerts of incident ${number} are being silenced for ${spoken(time)}. What came of it is said in its channel.`;
}
