/** People of this workspace by the address that another tool knows them by; never by guessing. */
import { z } from 'zod';
import type { Person } from '../incident/incident.ts';
import { ask } from './faults.ts';
import type { Stage } from './perform/stage.ts';

const known = z.object({
  id: z.string(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_email_confirmed: z.boolean().default(false),
});

/** Who has this address: by the table of vigie.yaml, or else where Slack has confirmed it. Null for nobody who could answer. */
export async function personByEmail(
  { slack, people }: Pick<Stage, 'people' | 'slack'>,
  email: string,
): Promise<{ readonly id: string } | null> {
  const id = people[email.toLowerCase()];
  const asked = (): Promise<{ readonly user?: unknown }> =>
    id === undefined ? slack.users.lookupByEmail({ email }) : slack.users.info({ user: id });
  const answer = await ask('looking up somebody by their address', asked, ['users_not_found', 'user_not_found']);
  const { data } = known.safeParse(typeof answer === 'string' ? null : answer.user);
  if (data === undefined || data.deleted || data.is_bot) return null;
  return id === undefined && !data.is_email_confirmed ? null : { id: data.id };
}

/** Who is on call for a service, as far as their addresses lead to people of this workspace; the others by plain name, without an id. */
export async function whoIsOnCall(
  stage: Pick<Stage, 'onCall' | 'people' | 'slack'>,
  service: string | null,
): Promise<readonly Person[]> {
  const turns = await stage.onCall(service);
  return Promise.all(
    turns.map(async ({ name, email }) => {
      const person = email === null ? null : await personByEmail(stage, email);
      return { id: person?.id ?? '', name };
    }),
  );
}
