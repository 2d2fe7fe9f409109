/** What must hold between the two: what happens there is seen here once, and is not told back; what happens here is told there. */
import type { Violation } from '../check-record.ts';
import { eventsOf } from './deliveries.ts';
import type { Episode } from './episodes.ts';
import { secondService } from './check-pagerduty.ts';
import type { Scene } from './scene.ts';

/** Every webhook is stored once and settled, and none changes anything twice. */
export function hooksOnce({ observation, hooks, told }: Scene): Violation[] {
  const rule = 'a webhook counts once';
  const found: Violation[] = [];
  const known = new Map(hooks.map((hook) => [hook.id, hook]));
  for (const { id, type, answers } of told) {
    const taken = answers.some((status) => status >= 200 && status < 300);
    if (taken && known.get(id)?.settled !== true)
      found.push({ rule, says: `${type} ${id} was taken in, and is not settled` });
  }
  const causes = new Map<string, number>();
  for (const { incident, timeline } of observation.incidents) {
    const caused = timeline.filter(({ cause }) => cause?.startsWith('pagerduty:') === true);
    for (const [cause, same] of Map.groupBy(caused, (entry) => entry.cause ?? '')) {
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
      for (const [type, twice] of Map.groupBy(same, ({ line }) => line.type))
        if (twice.length > 1)
          found.push({ rule, says: `${cause} is told ${twice.length} times as ${type}`, incident: incident.number });
    }
  }
  for (const [cause, times] of causes) if (times > 1) found.push({ rule, says: `${cause} changed ${times} incidents` });
  return found;
}

/** An acknowledgement that came from PagerDuty is not sent back to it; one from here is. */
export function noEcho(episodes: readonly Episode[], { sent }: Scene): Violation[] {
  const events = eventsOf(sent);
  return episodes.flatMap((story) => {
    const { incident, key, rows, lines, calls } = story;
    const ours = lines.filter((line) => line.type === 'Acknowledged' && line.where === undefined);
    const effects = rows.filter(({ effect }) => effect.type === 'pagerduty.acknowledge');
    const found: Violation[] = [];
    if (effects.length > ours.length)
      found.push({
        rule: 'nothing is told back',
        says: `${ours.length} acknowledged here, and PagerDuty is told ${effects.length} times`,
        incident: incident.number,
      });
    const paged = calls.find(({ page }) =>
      rows.some(({ effect }) => effect.type === 'pagerduty.trigger' && effect.page === page),
    );
    // By their order, not by their times: what is recorded later may have been received earlier.
    const called = lines.findIndex((line) => line.type === 'LevelsCalled' && line.page === paged?.page);
    const later = called < 0 ? [] : ours.filter((line) => lines.indexOf(line) > called);
    const told = events.some((event) => event.action === 'acknowledge' && event.key === key && event.taken);
    if (later.length > 0 && (effects.length === 0 || !told))
      found.push({
        rule: 'what is held here is held there',
        says: `PagerDuty never heard of it`,
        incident: incident.number,
      });
    return found;
  });
}

/** So long an acknowledgement there may stay unseen: its webhook waits until the page's incident is known, and who looks for that may die. */
const unseen = 90_000;

/** Who acknowledges in PagerDuty what is nobody's here has it here soon. */
export function seenHere(episodes: readonly Episode[], { observation, told }: Scene): Violation[] {
  return told.flatMap(({ id, at, occurred, type, user, incident: theirs }) => {
    const story = episodes.find((each) => each.theirs.some((one) => one.id === theirs));
    if (type !== 'incident.acknowledged' || user === null || story === undefined) return [];
    // It stayed nobody's for so long afterwards, and nobody had acknowledged it after this was done.
    const free = story.free.some(({ from, to }) => from <= at && (to ?? observation.at) > at + unseen);
    const superseded = story.lines.some((line) => line.type === 'Acknowledged' && line.at >= occurred);
    const entries = observation.incidents.find(({ incident }) => incident === story.incident)?.timeline ?? [];
    if (!free || superseded || entries.some(({ cause }) => cause === `pagerduty:${id}`)) return [];
    const says = `${user} acknowledged there, and nothing of it is known here`;
    return [{ rule: 'what happens there is seen here', says, incident: story.incident.number }];
  });
}

/** PagerDuty is looked at once a minute, in case its webhooks do not come. */
const looked = 75_000;

/** What stands in PagerDuty at rest is known here, also where the webhook was lost. */
export const foundByLooking = (episodes: readonly Episode[], end: number): Violation[] =>
  episodes.flatMap(({ incident, theirs, free, lines, over, rests }) => {
    const own = theirs.find(({ id, service }) => id === incident.pager.incident && service !== secondService);
    const since = free.at(-1)?.from ?? end;
    if (own === undefined || own.changedBy !== 'user' || over || rests) return [];
    if (end - Math.max(since, own.changedAt) < looked) return [];
    // A lease that ended here goes on there.
    const known =
      own.status === 'acknowledged' &&
      lines.some((line) => line.type === 'Acknowledged' && line.at >= own.changedAt - 1_000);
    if (own.status === 'triggered' || known) return [];
    const says = `#${own.number} is ${own.status} there by a person, and nobody here knows`;
    return [{ rule: 'what happens there is seen here', says, incident: incident.number }];
  });
