/** Looks up somebody who was chosen in a menu or named in a command: Slack sends their id, people read names. */
import { z } from 'zod';
import type { Paged } from '../../escalation/events.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Person } from '../../incident/incident.ts';
import type { Desk } from './desk.ts';
import { within } from './within.ts';

/** The form must be answered within three seconds, and the record needs half of that. */
const lookFor = 1000;

const known = z.object({
  user: z.object({
    name: z.string(),
    is_bot: z.boolean().default(false),
    deleted: z.boolean().default(false),
    is_email_confirmed: z.boolean().default(false),
    profile: z.object({ email: z.string().optional() }).default({}),
  }),
});

/** The person with this id, or why they can't do anything. While Slack does not answer, their id is their name. */
export async function lookUp(desk: Desk, id: string): Promise<Person | Refusal> {
  const found = await lookUpAddress(desk, id);
  return isRefusal(found) ? found : found.person;
}

/** The same, with the address by which PagerDuty may know them, where Slack confirmed one. */
export async function lookUpAddress(
  { slack, self }: Desk,
  id: string,
): Promise<Extract<Paged, { is: 'person' }> | Refusal> {
  if (id === '') return { refused: 'Choose somebody.' };
  if (id === self.known()?.botUserId) return { refused: 'Choose a person, not Vigie.' };
  const answer = await within(lookFor, slack.users.info({ user: id }));
  const { data } = known.safeParse(answer);
  if (data === undefined) return { is: 'person', person: { id, name: id }, email: null };
  const { name, is_bot: bot, deleted, is_email_confirmed: confirmed, profile } = data.user;
  if (bot) return { refused: 'That is a bot. Choose a person.' };
  if (deleted) return { refused: `The account of ${name} is deactivated. Choose somebody else.` };
  return { is: 'person', person: { id, name }, email: confirmed ? (profile.email ?? null) : null };
}
