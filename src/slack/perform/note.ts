/** Performs `slack.note`: one line in the incident's channel or under its announcement. */
import type { Work } from '../../incident/contracts.ts';
import type { Effect } from '../../incident/effect.ts';
import { noteOf, noteWith } from '../views/notes.ts';
import { announcementPurpose } from './announcement.ts';
import { postOnce } from './post.ts';
import { channelOf } from './make-channel.ts';
import type { Stage } from './stage.ts';

/** Posts the note once. */
export async function performNote(
  stage: Stage,
  work: Work,
  note: Extract<Effect, { type: 'slack.note' }>,
): Promise<null> {
  const draw = () => noteWith(note.text, note.mention, note.below);
  const posting = { what: 'a note', purpose: work.effectId, draw };
  if (note.to === 'channel') {
    await postOnce(stage, work, { ...posting, channel: await channelOf(stage, work), thread: null, broadcast: false });
    return null;
  }
  const thread = (await work.receipts.get(announcementPurpose)) ?? null;
  // The announcement comes first in the lane. If it was given up, the note stands by itself, and says of what it speaks.
  const standalone = () => noteOf(`Incident ${work.incident.number}: ${note.text}`, note.mention);
  const { broadcast } = note;
  await postOnce(stage, work, {
    ...posting,
    channel: stage.announce,
    thread,
    broadcast,
    ...(thread === null ? { draw: standalone } : {}),
  });
  return null;
}
