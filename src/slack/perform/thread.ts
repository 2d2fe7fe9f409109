/** Performs `slack.thread`: the card's thread hears which alerts changed since it was last told. */
import type { Work } from '../../incident/contracts.ts';
import { changesOf } from '../views/thread.ts';
import { cardPurpose } from './card.ts';
import { findOurs } from './find.ts';
import { post } from './post.ts';
import { channelOf } from './make-channel.ts';
import type { Stage } from './stage.ts';

/** Receipt of the latest change that was told, in milliseconds since the Unix epoch. */
const purpose = 'slack.thread';

/** Tells all changes in one message. What was known when the incident opened is on the card from the start. */
export async function performThread(stage: Stage, work: Work): Promise<null> {
  const { incident, receipts } = work;
  const channel = await channelOf(stage, work);
  const thread = await receipts.get(cardPurpose);
  // The card comes first in the lane. If it was given up there is no thread; the next card tells what fires.
  if (thread === undefined) return null;
  const told = Math.max(
    Number((await receipts.get(purpose)) ?? incident.openedAt),
    await toldEarlier(stage, work, channel, thread),
  );
  const changed = Object.values(incident.alerts).filter((alert) => alert.changedAt > told);
  const latest = Math.max(told, ...changed.map((alert) => alert.changedAt));
  if (changed.length > 0) {
    const draw = () => changesOf(changed);
    const posting = { what: 'the changed alerts', purpose, channel, thread, broadcast: false, draw };
    await post(stage, work, posting, { told: latest });
  }
  await receipts.put(purpose, String(latest));
  return null;
}

/** How far an attempt before got, whose answer was lost. */
async function toldEarlier(stage: Stage, work: Work, channel: string, thread: string): Promise<number> {
  if (work.attempt <= 1) return 0;
  const ours = await findOurs(stage.slack, work, channel, thread);
  return Math.max(0, ...ours.filter(({ mark }) => mark.purpose === purpose).map(({ mark }) => mark.told ?? 0));
}
