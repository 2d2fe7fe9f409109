/** Makes an incident's channel, or finds the one that an attempt before has made. */
import { z } from 'zod';
import type { Work } from '../../incident/contracts.ts';
import { Terminal } from '../../incident/fault.ts';
import { ask } from '../faults.ts';
import { purposeOf } from '../views/topic.ts';
import { channelName } from './name.ts';
import { once } from './stage.ts';
import type { Stage } from './stage.ts';

/** Names that are tried before a person has to look. */
const mostNames = 20;

async function makeChannel(stage: Stage, work: Work): Promise<string> {
  const { incident, signal } = work;
  const doing = `making the channel of incident ${incident.number}`;
  let known: ReadonlyMap<string, Known> | undefined;
  for (let nth = 1; nth <= mostNames; nth++) {
    signal.throwIfAborted();
    const name = channelName(incident, nth);
    const made = await ask(doing, () => stage.slack.conversations.create({ name }), ['name_taken']);
    if (made !== 'name_taken') return z.string().parse(made.channel?.id);
    known ??= await channels(stage, work);
    const holder = known.get(name);
    if (holder !== undefined && (await isOurs(stage, work, holder))) return holder.id;
  }
  throw new Terminal(`${doing}: ${mostNames} names are taken`);
}

interface Known {
  readonly id: string;
  readonly creator: string | undefined;
  readonly purpose: string;
  readonly archived: boolean;
}

const page = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      creator: z.string().optional(),
      is_archived: z.boolean().default(false),
      purpose: z.object({ value: z.string() }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Public channels by name, archived ones too: they keep their names. */
async function channels({ slack }: Stage, { incident, signal }: Work): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const next = cursor === undefined ? {} : { cursor };
    const list = () => slack.conversations.list({ types: 'public_channel', limit: 1000, ...next });
    const { channels: some, response_metadata: more } = page.parse(
      await ask(`looking for the channel of incident ${incident.number}`, list),
    );
    for (const { id, name, creator, purpose, is_archived: archived } of some) {
      known.set(name, { id, creator, archived, purpose: purpose?.value ?? '' });
    }
    cursor = more?.next_cursor || undefined;
  } while (cursor !== undefined);
  return known;
}

/** We made it, and either it says that it is this incident's, or we died before we could write that. */
async function isOurs({ self }: Stage, { incident }: Work, { creator, purpose, archived }: Known): Promise<boolean> {
  const { botUserId } = self.known() ?? (await self.learn());
  return !archived && creator === botUserId && (purpose === '' || purpose === purposeOf(incident));
}

/** The incident's channel; made now if its own effect, which comes first in the lane, was given up. */
export const channelOf = (stage: Stage, work: Work): Promise<string> =>
  once(work, 'channel', () => makeChannel(stage, work));
