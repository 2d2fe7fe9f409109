/** Draws a message of ours again at once, from what was recorded, so that a pressed button does not outlive its use. */
import type { Incident } from '../../incident/incident.ts';
import { draw } from '../views/draw.ts';
import { instantOf } from '../views/scene.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Spot } from './door.ts';

/** The message of a spot as it should look now. */
export async function redraw(
  { clock, read }: Desk,
  { seen: { surface }, ts }: Spot,
  incident: Incident,
): Promise<Message> {
  const channel = await read.channelOf(incident.number);
  return draw(incident, { surface, now: clock(), channel, postedAt: surface === 'status' ? undefined : instantOf(ts) });
}
