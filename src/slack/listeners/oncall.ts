/** Whose turn it is, as PagerDuty has it, told to whoever asks. */
import { answerOf } from '../views/notes.ts';
import { mostTurns, turnsOf } from '../views/oncall.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { within } from './within.ts';
import { nearestOf } from './words.ts';

/** The command must be answered within three seconds, and knowing who asks may take one of them. */
const lookFor = 1_500;

/** Answers for the service that is named, that of the channel's incident, or all services. */
export async function onCall(desk: Desk, typed: Typed, named: string | null): Promise<Message> {
  const all = desk.facts.services.map(({ name }) => name);
  if (named !== null && !all.includes(named)) {
    const near = nearestOf(named, all);
    return answerOf(`There is no service ${named}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
  }
  const services = named === null ? await servicesHere(desk, typed, all) : [named];
  const turns = await Promise.all(
    services.slice(0, mostTurns).map(async (service) => ({
      service,
      people: (await within(lookFor, desk.onCall(service))) ?? null,
    })),
  );
  return turnsOf(turns, services.length - turns.length);
}

async function servicesHere({ read }: Desk, { channel }: Typed, all: readonly string[]): Promise<readonly string[]> {
  const number = await read.incidentOfChannel(channel);
  const incident = number === undefined ? undefined : await read.incident(number);
  return incident === undefined || incident.service === null ? all : [incident.service];
}
