/** Performs `slack.card`: the pinned card in the incident's channel agrees with the incident. */
import type { Work } from '../../incident/contracts.ts';
import type { Event } from '../../incident/event.ts';
import { ask } from '../faults.ts';
import { draw } from '../views/draw.ts';
import { instantOf } from '../views/scene.ts';
import { redrawRuns } from './action.ts';
import { bookmarksOf } from './bookmarks.ts';
import { extras } from './extras.ts';
import { show } from './post.ts';
import { channelOf } from './make-channel.ts';
import { once } from './stage.ts';
import type { Stage } from './stage.ts';

/** Receipt of the card's timestamp. */
export const cardPurpose = 'slack.card';

/** Posts the card or edits it, pins it once, and adds its links to the channel's bar. Cards of actions follow it. */
export async function performCard(stage: Stage, work: Work): Promise<Event | null> {
  const { incident, now } = work;
  const channel = await channelOf(stage, work);
  const ts = await show(stage, work, {
    ...{ what: 'the card', purpose: cardPurpose, channel, thread: null, broadcast: false },
    draw: (known) => {
      const postedAt = known === undefined ? now : instantOf(known);
      return draw(incident, { surface: 'card', now, channel, postedAt });
    },
  });
  await redrawRuns(stage, work, channel);
  const pin = async (): Promise<string> => {
    const pinned = () => stage.slack.pins.add({ channel, timestamp: ts });
    await ask(`pinning the card of incident ${incident.number}`, pinned, ['already_pinned']);
    return ts;
  };
  return extras(stage, work, { pin: () => once(work, `pinned:${ts}`, pin), ...bookmarksOf(stage, work, channel) });
}
