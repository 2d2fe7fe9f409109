/** Performs `slack.channel`: the incident's channel exists, says what is going on, and the right people are in it. */
import type { Work } from '../../incident/contracts.ts';
import type { Event } from '../../incident/event.ts';
import { ask } from '../faults.ts';
import { purposeOf, topicOf } from '../views/topic.ts';
import { announcementPurpose, performAnnouncement } from './announcement.ts';
import { extras } from './extras.ts';
import { channelOf } from './make-channel.ts';
import { inviteGroup, inviteResponders } from './people.ts';
import { once } from './stage.ts';
import { tellTeam } from './team.ts';
import type { Stage } from './stage.ts';

/** Every step has a receipt of its own, so that a crash anywhere resumes where it was. */
export async function performChannel(stage: Stage, work: Work): Promise<Event | null> {
  const channel = await channelOf(stage, work);
  return extras(stage, work, {
    purpose: () => once(work, 'channel.purpose', () => setPurpose(stage, work, channel)),
    announcement: () => once(work, 'channel.announced', () => announce(stage, work)),
    topic: () => setTopic(stage, work, channel),
    responders: () => inviteResponders(stage, work, channel),
    group: () => inviteGroup(stage, work, channel),
    team: () => tellTeam(stage, work, channel),
  });
}

async function setPurpose({ slack }: Stage, { incident }: Work, channel: string): Promise<string> {
  const purpose = purposeOf(incident);
  await ask(`setting the purpose of the channel of incident ${incident.number}`, () =>
    slack.conversations.setPurpose({ channel, purpose }),
  );
  return purpose;
}

/** The announcement was perhaps posted before there was a channel to link to. */
async function announce(stage: Stage, work: Work): Promise<string> {
  const announced = await work.receipts.get(announcementPurpose);
  if (announced === undefined) return 'before the announcement';
  await performAnnouncement(stage, work);
  return announced;
}

/** Each change of the topic is a line in the channel, so only a change is written. */
async function setTopic({ slack }: Stage, { incident, receipts }: Work, channel: string): Promise<void> {
  const topic = topicOf(incident);
  if ((await receipts.get('topic')) === topic) return;
  await ask(`setting the topic of the channel of incident ${incident.number}`, () =>
    slack.conversations.setTopic({ channel, topic }),
  );
  await receipts.put('topic', topic);
}
