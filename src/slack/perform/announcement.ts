/** Performs `slack.announcement`: one post an incident in the announcement channel, edited all its life. */
import type { Work } from '../../incident/contracts.ts';
import { draw } from '../views/draw.ts';
import { instantOf } from '../views/scene.ts';
import { show } from './post.ts';
import type { Stage } from './stage.ts';

/** Receipt of the announcement's timestamp. */
export const announcementPurpose = 'slack.announcement';

/**
 * Makes the announcement agree with the incident. It links to the channel, which another lane makes at the same time:
 * whichever of the two is second sees the other's receipt, and shows the link.
 */
export async function performAnnouncement(stage: Stage, work: Work): Promise<null> {
  const { incident, now, receipts } = work;
  for (;;) {
    const channel = await receipts.get('channel');
    await show(stage, work, {
      ...{
        what: 'the announcement',
        purpose: announcementPurpose,
        channel: stage.announce,
        thread: null,
        broadcast: false,
      },
      draw: (known) => {
        const postedAt = known === undefined ? now : instantOf(known);
        return draw(incident, { surface: 'announcement', now, channel, postedAt });
      },
    });
    if ((await receipts.get('channel')) === channel) return null;
  }
}
