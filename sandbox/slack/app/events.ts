/** The Events API: envelopes for subscribed events, delivered at least once. */

import { appIsThere, deliver, type Retry } from './deliver.ts';
import { stringAt, type Json } from '../../json.ts';
import type { Channel } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** When a delivery that was not acknowledged is tried again: nearly at once, after a minute, after five. */
const retryAfterMs = [0, 60_000, 300_000];

/** Events the app gets about public channels it is not in. All other channel events need membership. */
const aboutAnyChannel = new Set(['channel_archive', 'channel_unarchive', 'channel_rename', 'channel_created']);

const messageNames = { public: 'message.channels', private: 'message.groups', im: 'message.im', mpim: 'message.mpim' };

/** The name under which an event is subscribed to. */
function subscription(event: Json, channel: Channel | null): string {
  const type = stringAt(event, 'type');
  return type === 'message' && channel ? messageNames[channel.kind] : type;
}

function reaches(world: World, event: Json, channel: Channel | null): boolean {
  if (!world.seed.events.includes(subscription(event, channel))) return false;
  if (!channel) return true;
  const isPublicNews = channel.kind === 'public' && aboutAnyChannel.has(stringAt(event, 'type'));
  return isPublicNews || channel.members.includes(world.seed.app.userId);
}

/** Tells the app about an event, if it is subscribed, may know of it and is there. Does not wait. */
export function emit(world: World, event: Json, channel: Channel | null = null): void {
  if (!reaches(world, event, channel) || !appIsThere(world)) return;
  const full = envelope(world, event);
  world.events.push(full);
  void deliverEvent(world, full, null);
}

/** Delivers the last event once more, as Slack does when it has not seen the acknowledgement. */
export async function redeliver(world: World): Promise<void> {
  const last = world.events.at(-1);
  if (!last) throw new Error('no event has been delivered yet');
  await deliverEvent(world, last, { num: 1, reason: 'http_timeout' });
}

/** Delivers an envelope, and again later when it was not acknowledged. Resolves after the first attempt. */
async function deliverEvent(world: World, full: Json, retry: Retry | null): Promise<void> {
  if (!appIsThere(world)) return;
  const reply = await deliver(world, { kind: 'event', envelope: full, retry });
  const num = (retry?.num ?? 0) + 1;
  const wait = retryAfterMs[num - 1];
  if (!reply.fault || reply.noRetry || wait === undefined || world.link.closing.signal.aborted) return;
  const { fault: reason } = reply;
  world.clock.after(wait, () => deliverEvent(world, full, { num, reason }));
}

/** An event as the app gets it, with a fresh `event_id`. */
function envelope(world: World, event: Json): Json {
  const { app, team } = world.seed;
  const now = world.clock.now();
  return {
    token: 'legacy',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.id,
    event: { ...event, event_ts: stringAt(event, 'event_ts') || world.ids.ts(now) },
    type: 'event_callback',
    event_id: world.ids.next('Ev'),
    event_time: Math.floor(now / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${world.ids.short()}`,
  };
}
