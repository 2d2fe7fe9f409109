/** `/incident page`, `escalate`, `handoff`, `snooze`, `unack` and `catchup`: recorded, or shown to whoever asks. */
import type { Actor } from '../../access/actor.ts';
import type { Permission } from '../../access/permissions.ts';
import type { Paged, SteerDeed } from '../../escalation/events.ts';
import { briefOf, writeBrief } from '../../incident/brief.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { spoken } from '../../incident/timeline.ts';
import { summaryOf } from '../views/headline.ts';
import { answerOf, noteWith } from '../views/notes.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Typed } from './door.ts';
import { numberOf } from './number.ts';
import { lookUp, lookUpAddress } from './person.ts';
import { split } from './reading.ts';
import { isPerson } from './steer-words.ts';
import type { SteerAsked } from './steer-words.ts';

/** The permission that each takes. */
export function steerWordOf({ is }: SteerAsked): Permission {
  switch (is) {
    case 'page':
    case 'escalate':
    case 'handoff':
      return is;
    case 'accept':
      return 'commander';
    case 'snooze':
    case 'unack':
      return 'ack';
    case 'catchup':
      return 'status';
  }
}

/** What to type where no incident is at hand. */
const examples: Readonly<Record<SteerAsked['is'], string>> = {
  page: 'page #12 @ana',
  escalate: 'escalate #12',
  handoff: 'handoff #12 @ana',
  accept: 'handoff #12 accept',
  snooze: 'snooze 12 2h',
  unack: 'unack 12',
  catchup: 'catchup 12',
};

/** Does what was typed, and answers it. */
export async function steerTyped(desk: Desk, typed: Typed, actor: Actor, asked: SteerAsked): Promise<Message> {
  const number = await numberOf(desk, typed, asked.incident, examples[asked.is]);
  if (typeof number !== 'number') return answerOf(number.refused);
  if (asked.is === 'catchup') return catchUp(desk, number);
  const deed = await deedFor(desk, typed, actor, asked, number);
  if (isRefusal(deed)) return answerOf(deed.refused);
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  return answerOf(isRefusal(recorded) ? recorded.refused : done(deed, recorded.incident));
}

/** The brief that pages carry, for whoever comes late. */
async function catchUp({ read }: Desk, number: number): Promise<Message> {
  const incident = await read.incident(number);
  if (incident === undefined) return answerOf(`There is no incident ${number}.`);
  const note = noteWith(`Incident ${number}: ${incident.title}`, null, writeBrief(briefOf(incident), 2_900));
  return { ...note, text: summaryOf(incident) };
}

async function deedFor(
  desk: Desk,
  typed: Typed,
  actor: Actor,
  asked: Exclude<SteerAsked, { is: 'catchup' }>,
  number: number,
): Promise<SteerDeed | Refusal> {
  const common = { at: desk.clock(), by: actor.person };
  switch (asked.is) {
    case 'page': {
      const whom = await whomOf(desk, typed, asked.whom);
      return isRefusal(whom) ? whom : { ...common, type: 'PeoplePaged', whom, reason: asked.reason };
    }
    case 'escalate': {
      const { policy } = (await desk.read.incident(number)) ?? { policy: { levels: [] } };
      const { first, after } = split(asked.text);
      const isLevel =
        /^l\d+$/iu.test(first) || policy.levels.some(({ id }) => id.toLowerCase() === first.toLowerCase());
      const level = isLevel ? first : 'next';
      return {
        ...common,
        type: 'LevelAsked',
        level,
        reason: level !== 'next' || first === 'next' ? after : asked.text,
      };
    }
    case 'handoff': {
      const to = await personOf(desk, typed, asked.to);
      return isRefusal(to) ? to : { ...common, type: 'HandoffOffered', to, note: asked.note };
    }
    case 'accept':
      return { ...common, type: 'HandoffAccepted' };
    case 'snooze':
      return { ...common, type: 'Snoozed', for: asked.for };
    case 'unack':
      return { ...common, type: 'Unacknowledged' };
  }
}

/** Slack makes ids of the names that people type, if the app's manifest says `should_escape`. */
const idOf = ({ mentioned }: Typed, word: string): string | Refusal =>
  mentioned[0] ?? {
    refused: `Slack did not say who ${word} is. Choose the name from its list while you type, and see that the app's manifest has should_escape on.`,
  };

async function personOf(desk: Desk, typed: Typed, word: string) {
  const id = idOf(typed, word);
  return typeof id === 'string' ? lookUp(desk, id) : id;
}

async function whomOf(desk: Desk, typed: Typed, word: string): Promise<Paged | Refusal> {
  if (!isPerson(word)) return { is: 'policy', name: word };
  const id = idOf(typed, word);
  return typeof id === 'string' ? lookUpAddress(desk, id) : id;
}

function done(deed: SteerDeed, { number, human, handoff, pager }: Incident): string {
  const called =
    pager.pages
      .at(-1)
      ?.levels.map(({ name }) => name)
      .join(', ') ?? '';
  switch (deed.type) {
    case 'PeoplePaged':
    case 'LevelAsked':
      return `Called for incident ${number}: ${called}. What comes of it stands on the card.`;
    case 'HandoffOffered':
      return `${handoff?.to.name ?? deed.to.name} is asked to take the command of incident ${number}.`;
    case 'HandoffAccepted':
      return `You command incident ${number}.`;
    case 'Snoozed':
      return human.is === 'acknowledged'
        ? `You hold incident ${number} for ${spoken(human.until - deed.at)}.`
        : 'Done.';
    case 'Unacknowledged':
      return `You do not hold incident ${number} any more.`;
  }
}
