/** Looks up somebody who was chosen in a menu: Slack sends their id, people read names. */
import { z } from 'zod';
import type { Refusal } from '../../incident/event.ts';
import type { Person } from '../../incident/incident.ts';
import type { Desk } from './desk.ts';
import { within } from './within.ts';

/** The form must be answered within three seconds, and the record needs half of that. */
const lookFor = 1000;

const known = z.object({
  user: z.object({ name: z.string(), is_bot: z.boolean().default(false), deleted: z.boolean().default(false) }),
});

/** The person with this id, or why they can't do anything. While Slack does not answer, their id is their name. */
export async function lookUp({ slack, self }: Desk, id: string): Promise<Person | Refusal> {
  if (id === '') return { refused: 'Choose somebody.' };
  if (id === self.known()?.botUserId) return { refused: 'Choose a person, not Vigie.' };
  const answer = await within(lookFor, slack.users.info({ user: id }));
  const { data } = known.safeParse(answer);
  if (data === undefined) return { id, name: id };
  const { name, is_bot: bot, deleted } = data.user;
  if (bot) return { refused: 'That is a bot. Choose a person.' };
  return deleted ? { refused: `The account of ${name} is deactivated. Choose somebody else.` } : { id, name };
}
