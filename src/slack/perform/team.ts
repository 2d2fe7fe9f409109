/** Tells a service's own channel, once, that it has an incident and where. */
import type { Work } from '../../incident/contracts.ts';
import { bold, rich, row, words } from '../views/rich.ts';
import { escape, line } from '../views/text.ts';
import type { Message } from '../views/text.ts';
import { postOnce } from './post.ts';
import type { Stage } from './stage.ts';

/** Posts the pointer, where the service has a channel that is not the announcement channel itself. */
export async function tellTeam(stage: Stage, work: Work, channel: string): Promise<void> {
  const team = stage.teamOf(work.incident.service).channel;
  if (team === null || team === stage.announce) return;
  await postOnce(stage, work, {
    what: "the pointer in the team's channel",
    purpose: 'channel.team',
    channel: team,
    thread: null,
    broadcast: false,
    draw: () => pointerOf(work, channel),
  });
}

const pointerOf = ({ incident }: Work, channel: string): Message => ({
  text: escape(line(`Incident ${incident.number}: ${incident.title}`, 400)),
  blocks: [
    rich(
      row(words(`Incident ${incident.number} (${incident.severity}): `), bold(incident.title, 120), words(' in '), {
        type: 'channel',
        channel_id: channel,
      }),
    ),
  ],
});
