/** The Events API: one path, which takes an event and says nothing about what becomes of it. */

import { applyEvent } from '../incidents/events.ts';
import { isObject, parseJson, stringAt, type Json } from '../../json.ts';
import type { World } from '../world.ts';
import { eventsStatus, type Answer } from './answer.ts';
import { eventRule, eventWords, mostBytes } from './schema/events.ts';
import { inspect } from './schema/shape.ts';

/** When an accepted event is worked on: now, after so many milliseconds, or never. */
export type Working = number | 'never';

function refuse(status: string, message: string, errors: readonly string[]): Answer {
  return { status: 400, body: { status, message, errors }, own: true, reasons: errors };
}

function invalid(errors: readonly string[]): Answer {
  return refuse('invalid event', 'Event object is invalid', errors);
}

function accept(world: World, event: Json, working: Working): Answer {
  const routingKey = stringAt(event, 'routing_key');
  const service = [...world.account.services.values()].find(({ integration }) => integration.key === routingKey);
  // A wrong key can be the world's doing (somebody deleted the integration), so it is not the app's own mistake.
  if (!service) return { ...invalid(['Invalid routing key']), own: false };
  if (world.limits.events(routingKey).over) return { status: 429, body: eventsStatus(429) };
  const key = stringAt(event, 'dedup_key') || world.ids.hex('dedup key');
  if (working === 0) applyEvent(world, service, key, event);
  else if (working !== 'never') {
    world.clock.after(working, async () => {
      applyEvent(world, service, key, event);
      await world.outbox.idle();
    });
  }
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
}

/** Takes one event. */
export function enqueue(world: World, text: string, working: Working): Answer {
  if (Buffer.byteLength(text) > mostBytes) return invalid([`Event is too large (maximum is ${mostBytes} bytes)`]);
  const event = parseJson(text);
  if (!isObject(event)) {
    return refuse('Unrecognized object', 'Event object format is unrecognized', ['JSON parse error']);
  }
  const { wrong, ignored } = inspect(eventRule(event['event_action']), event);
  if (wrong.length > 0) return invalid(wrong.map(eventWords));
  for (const path of ignored) world.complaints.push(`POST /v2/enqueue: PagerDuty ignores the field ${path}`);
  return accept(world, event, working);
}
