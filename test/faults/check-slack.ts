/** What must hold of Slack: one channel, card and announcement an incident, as it is now, and every note once. */
import { z } from 'zod';
import type { Incident, Instant } from '../../src/incident/incident.ts';
import { draw } from '../../src/slack/views/draw.ts';
import { instantOf } from '../../src/slack/views/scene.ts';
import type { Violation } from './check-record.ts';
import type { Observation, Posted } from './observe.ts';

/** What was in hand at so many kills is parked, as documented: it might be what kills. The run's killer can bring that about. */
const crashLimit = 5;

/** Effects that were parked for it. */
export const parked = ({ outbox }: Observation): number =>
  outbox.filter(({ outcome, crashes }) => outcome === 'given up' && crashes >= crashLimit).length;

const markOf = z.object({
  event_type: z.literal('vigie'),
  event_payload: z.object({ incident: z.number(), purpose: z.string(), told: z.number().optional() }),
});

/** A post with the mark that it carries. */
interface Marked {
  readonly post: Posted;
  readonly incident: number;
  readonly purpose: string;
  /** Names what may be posted only once. */
  readonly key: string;
}

/** Posts with our mark. */
export const marked = ({ slack }: Observation): readonly Marked[] =>
  slack.posted.flatMap((post) => {
    const mark = markOf.safeParse(post.metadata).data?.event_payload;
    if (mark === undefined) return [];
    return [{ post, incident: mark.incident, purpose: mark.purpose, key: keyOf(mark) }];
  });

const keyOf = ({ incident, purpose, told }: z.infer<typeof markOf>['event_payload']): string =>
  `${incident} ${purpose} ${told ?? ''}`;

/** Posts that are there more than once. */
export const doubled = (observation: Observation): readonly Marked[] =>
  [...Map.groupBy(marked(observation), ({ key }) => key).values()].flatMap((same) => same.slice(1));

/** How many of them were posted again because an answer was lost: the one doubling that Slack makes hard to avoid. */
export function doubledAfterLoss(observation: Observation): number {
  const lost = observation.slack.lost.flatMap((metadata) => {
    const mark = markOf.safeParse(metadata).data?.event_payload;
    return mark === undefined ? [] : [keyOf(mark)];
  });
  return doubled(observation).filter(({ key }) => lost.includes(key)).length;
}

/** One channel an incident, its receipt, and one card and announcement in the right places that show it as it is. */
export function shown(observation: Observation): Violation[] {
  const found: Violation[] = [];
  const posts = marked(observation);
  for (const { incident, receipts } of observation.incidents) {
    const { number } = incident;
    const says = (rule: string, what: string): void => void found.push({ rule, says: what, incident: number });
    const channels = observation.slack.channels.filter(({ name }) => name.startsWith(`inc-${number}-`));
    const [channel] = channels;
    if (channel === undefined || channels.length > 1 || receipts['channel'] !== channel.id) {
      says('one channel an incident', `it has ${channels.length}, and its receipt says ${receipts['channel']}`);
    }
    for (const surface of ['card', 'announcement'] as const) {
      const purpose = `slack.${surface}`;
      const ours = posts.filter((post) => post.incident === number && post.purpose === purpose);
      const [first] = ours;
      const place = surface === 'card' ? channel?.id : 'C0INCIDENTS';
      if (first === undefined || first.post.channel !== place || receipts[purpose] !== first.post.ts) {
        says(`one ${surface} an incident`, `it has ${ours.length}, and its receipt says ${receipts[purpose]}`);
        continue;
      }
      const last = observation.outbox.findLast(({ incident: of, effect }) => of === number && effect.type === purpose);
      if (last?.outcome === 'given up' && last.crashes >= crashLimit) continue;
      const difference = differenceOf(first.post, incident, surface, channel?.id, observation.at);
      if (difference !== null) says(`the ${surface} shows the incident as it is`, difference);
    }
  }
  return found;
}

/** What a post shows that a fresh drawing would not, or the other way round; null when they agree. */
function differenceOf(
  { text, blocks, ts }: Posted,
  incident: Incident,
  surface: 'card' | 'announcement',
  channel: string | undefined,
  now: Instant,
): string | null {
  const fresh = draw(incident, { surface, now, channel, postedAt: instantOf(ts) });
  const is = comparable({ text, blocks }, surface);
  const wanted = comparable({ text: fresh.text, blocks: fresh.blocks }, surface);
  return is === wanted ? null : `it shows ${is}\n    and should show ${wanted}`;
}

/** A message without what Slack fills in, and without the moment at which it was drawn. */
function comparable(message: object, surface: 'card' | 'announcement'): string {
  return JSON.stringify(sorted(message), (key, value: unknown) => {
    if (key === 'block_id' || (key === 'emoji' && value === true) || (key === 'verbatim' && value === false))
      return undefined;
    if (typeof value !== 'string') return value;
    const text = value.replace(/<!date\^\d+\^\{time_secs\}\|[^>]*>/g, 'the moment');
    // An announcement is not drawn again for what it does not show, so its buttons may know an older version.
    return surface === 'announcement' ? text.replace(/^(v1:\d+:)\d+:/, '$1…:') : text;
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Every note that was performed is there, once; nothing is posted twice; and the app did nothing that Slack refuses. */
export function said(observation: Observation): Violation[] {
  const rule = 'every note is said once';
  const posts = Map.groupBy(marked(observation), ({ incident, purpose }) => `${incident} ${purpose}`);
  const found: Violation[] = [];
  for (const { effect, effectId, incident, outcome, fault, crashes } of observation.outbox) {
    if (outcome === 'given up' && crashes < crashLimit) {
      found.push({ rule: 'nothing is given up', says: `${effectId} (${effect.type}): ${fault}`, incident });
    }
    if (effect.type !== 'slack.note' || outcome !== 'performed') continue;
    if (!posts.has(`${incident} ${effectId}`))
      found.push({ rule, says: `${effectId} was performed and is not there: ${effect.text}`, incident });
  }
  for (const { incident, purpose, post } of doubled(observation)) {
    found.push({
      rule: 'nothing is posted twice',
      says: `${purpose} is posted again as ${post.ts} in ${post.channel}: ${post.text}`,
      incident,
    });
  }
  // Doubled posts are told above, with their place.
  for (const says of observation.slack.unclean) {
    if (!says.startsWith('two messages were posted')) found.push({ rule: 'the app does what Slack allows', says });
  }
  return found;
}
