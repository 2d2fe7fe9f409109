/** What changed last: the version that runs against the one before it, and how long ago. */
import type { Instant } from '../../incident/incident.ts';
import { templateDifferences } from '../diff.ts';
import { isObject, type Json, type JsonObject, list, text, texts } from '../json.ts';
import { pastOf } from '../revisions.ts';
import { bareTemplate } from '../template.ts';
import { cut, shown, spokenAge } from './plain.ts';

/** The last change, in lines. Of environments it has the keys, never the values. */
export function changeLines(workload: JsonObject, listed: JsonObject, now: Instant): readonly string[] {
  const past = pastOf(workload, listed);
  const current = past.find(({ isCurrent }) => isCurrent);
  if (current === undefined) return ['The controller has not taken the newest version up yet'];
  const restarts = past.filter(({ number, restartOnly }) => restartOnly && number <= current.number);
  const previous = past.find(({ number, restartOnly }) => !restartOnly && number < current.number);
  // Restarts make revisions, too: what runs came with the oldest of them in a row.
  const row = previous === undefined ? restarts : restarts.filter(({ number }) => number > previous.number);
  const first = row.at(-1) ?? current;
  const ago = (at: Instant | null): string => (at === null ? '' : ` ${spokenAge(now - at)} ago`);
  const cameBack = reused(listed, first.uid);
  const came = cameBack ? 'is an older one that came back' : `came${ago(first.createdAt)}`;
  const restarted = first === current ? [] : [`It was only restarted since then, last${ago(current.createdAt)}`];
  if (previous === undefined)
    return [`Revision ${current.number} ${came}; there is no other one to compare with`, ...restarted];
  const lived = previous.lived === null ? '' : `, which was live for ${spokenAge(previous.lived.span)}`;
  const differences = templateDifferences(bare(previous.template), bare(current.template)).map(
    ({ from, to, what }) => `  ${cut(what, 120)}: ${difference(from, to)}`,
  );
  return [
    `Revision ${first.number} ${came}. Against revision ${previous.number}${lived}:`,
    ...differences,
    ...restarted,
  ];
}

/** ReplicaSets label their templates each differently. */
const bare = (template: Json): Json => (isObject(template) ? bareTemplate(template) : template);

function difference(from: string, to: string): string {
  if (from === 'none') return to === 'set' ? 'new' : `new, ${safely(to)}`;
  if (to === 'none') return 'gone';
  return from === 'before' || from === 'set' ? shown(to, 120) : `${safely(from)} → ${safely(to)}`;
}

/** Digests and tags that are commits look like secrets, but images hold none. */
const safely = (value: string): string =>
  /^[\w./-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(value) ? cut(value, 200) : shown(value, 160);

/** Whether the controller used it once more, which keeps the time of its creation. */
function reused(listed: JsonObject, uid: string): boolean {
  const item = list(listed, 'items').find((one) => text(one, 'metadata', 'uid') === uid);
  return texts(item, 'metadata', 'annotations')['deployment.kubernetes.io/revision-history'] !== undefined;
}
