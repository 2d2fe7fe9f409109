/** Draws a message of ours again at once, from what was recorded, so that a pressed button does not outlive its use. */
import type { Incident } from '../../incident/incident.ts';
import { actionCardOf } from '../views/action.ts';
import { draw } from '../views/draw.ts';
import { runbookCardOf } from '../views/runbook.ts';
import { instantOf } from '../views/scene.ts';
import type { Message } from '../views/text.ts';
import type { Desk } from './desk.ts';
import type { Spot } from './door.ts';
import { within } from './within.ts';

/** The message of a spot as it should look now. */
export async function redraw(
  { clock, read }: Desk,
  { seen: { surface }, ts }: Spot,
  incident: Incident,
): Promise<Message> {
  const channel = await read.channelOf(incident.number);
  return draw(incident, { surface, now: clock(), channel, postedAt: surface === 'status' ? undefined : instantOf(ts) });
}

/** How long a drawing waits for what is merely good to know. */
const lookFor = 500;

/** The runbook card as it should look now, for the channel or, without buttons, for one person; null without a runbook. */
export async function redrawWalk(
  { clock, read, facts }: Desk,
  incident: Incident,
  buttons = true,
): Promise<Message | null> {
  const { walk } = incident;
  if (walk === null) return null;
  const known = walk.cursor === null ? [] : await within(lookFor, read.statsOf(walk.cursor.runbook));
  return runbookCardOf(incident, walk, { now: clock(), facts, stats: known ?? [], buttons });
}

/** The card of a run as it should look now; null when there is no such run. */
export function redrawRun({ clock, facts }: Desk, incident: Incident, id: string): Message | null {
  const run = incident.runs[id];
  return run === undefined ? null : actionCardOf(incident, run, { now: clock(), facts });
}
