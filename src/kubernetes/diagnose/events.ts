/** What the cluster warned about lately: its events, the same ones together, newest first. */
import type { Instant } from '../../incident/incident.ts';
import { instant, type Json, type JsonObject, list, number, text } from '../json.ts';
import type { Workload } from '../watch/objects.ts';
import type { Pod } from './pods.ts';
import { shown, spokenAge } from './plain.ts';

interface Warned {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly at: Instant;
}

/** Warnings about the workload and its pods, those that are gone among them, in lines. */
export function eventLines(
  lists: readonly JsonObject[],
  workload: Pick<Workload, 'name' | 'uid'>,
  pods: readonly Pod[],
  now: Instant,
): readonly string[] {
  const uids = new Set([workload.uid, ...pods.map(({ uid }) => uid)]);
  const ours = lists.flatMap((listed) => list(listed, 'items')).filter((event) => isOurs(event, workload.name, uids));
  const groups = new Map<string, Warned>();
  for (const event of ours.map(readWarned)) {
    const key = `${event.reason} ${withoutNames(event.message)}`;
    const known = groups.get(key);
    const newer = known === undefined || event.at >= known.at ? event : known;
    groups.set(key, { ...newer, count: event.count + (known?.count ?? 0) });
  }
  const newest = [...groups.values()].toSorted((a, b) => b.at - a.at);
  return newest.map(({ at, count, message, reason }) => {
    const times = count > 1 ? ` ${count} times, last` : '';
    const age = at === 0 ? '' : `${times} ${spokenAge(now - at)} ago`;
    return `${shown(reason, 60)}${age}: ${shown(message, 300)}`;
  });
}

/** Pods that are gone can only be known by their names, which begin with the workload's. */
function isOurs(event: Json, workload: string, uids: ReadonlySet<string>): boolean {
  if (text(event, 'type') !== 'Warning') return false;
  if (uids.has(text(event, 'involvedObject', 'uid'))) return true;
  const name = text(event, 'involvedObject', 'name');
  return text(event, 'involvedObject', 'kind') === 'Pod' && name.startsWith(`${workload}-`);
}

const readWarned = (event: Json): Warned => ({
  reason: text(event, 'reason'),
  message: text(event, 'message') || text(event, 'note'),
  count: number(event, 'series', 'count') ?? number(event, 'count') ?? 1,
  at:
    instant(event, 'series', 'lastObservedTime') ??
    instant(event, 'lastTimestamp') ??
    instant(event, 'eventTime') ??
    instant(event, 'metadata', 'creationTimestamp') ??
    0,
});

/** Names of pods, addresses and numbers differ from pod to pod. */
const withoutNames = (message: string): string => message.slice(0, 500).replace(/\b[a-z0-9-]*\d[a-z0-9.-]*/g, '#');
