/** The revisions of a workload: which is current, which differ in more than restarts, which was rolled back from. */
import type { Kind } from '../action/action.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Cluster } from './cluster.ts';
import { type Json, type JsonObject, list, object, text, texts } from './json.ts';
import { type Marked, readMarker, shortHash } from './marker.ts';
import { collection } from './names.ts';
import { hashOf, restartlessHash } from './template.ts';
import { readRevisions, type Revision } from './watch/objects.ts';

/** One revision, as somebody who wants to go back sees it. */
export interface Past extends Revision {
  readonly template: Json;
  /** Its template is the workload's. */
  readonly isCurrent: boolean;
  /** It differs from the workload by restarts only. */
  readonly restartOnly: boolean;
  /** How Vigie rolled back from it; null when it did not. */
  readonly left: Marked | null;
  /** The marker that its controller copied. */
  readonly marked: Marked | null;
  /** It was current more than once, so its creation does not say since when it is. */
  readonly reused: boolean;
  /** How long it was live, until when; null when that can't be told. */
  readonly lived: { readonly span: Duration; readonly until: Instant } | null;
}

/** A label selector as a list's parameter has it. */
export function printSelector(selector: Json | undefined): string {
  const equal = Object.entries(texts(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  const others = list(selector, 'matchExpressions').map((expression) => {
    const key = text(expression, 'key');
    const values = list(expression, 'values').map((value) => text(value));
    switch (text(expression, 'operator')) {
      case 'In':
        return `${key} in (${values.join(',')})`;
      case 'NotIn':
        return `${key} notin (${values.join(',')})`;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return key;
    }
  });
  return [...equal, ...others].join(',');
}

/** Reads the revisions of a workload, newest first. */
export async function readPast(cluster: Cluster, kind: Kind, workload: JsonObject): Promise<readonly Past[]> {
  const namespace = text(workload, 'metadata', 'namespace');
  const plural = kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  const listed = await cluster.get(collection('apps/v1', namespace, plural), {
    labelSelector: printSelector(object(workload, 'spec', 'selector')),
  });
  return pastOf(workload, listed);
}

/** The revisions of a workload out of a list, newest first. */
export function pastOf(workload: JsonObject, listed: Json): readonly Past[] {
  const revisions = readRevisions(listed, text(workload, 'metadata', 'uid')).map((revision) => ({
    ...revision,
    restartless: restartlessHash(revision.template),
  }));
  const items = new Map(list(listed, 'items').map((item) => [text(item, 'metadata', 'uid'), item]));
  const isReused = ({ uid }: Revision): boolean =>
    texts(items.get(uid), 'metadata', 'annotations')['deployment.kubernetes.io/revision-history'] !== undefined;
  const marks = [workload, ...items.values()].flatMap((item) => readMarker(item) ?? []);
  const template = object(workload, 'spec', 'template');
  const hash = hashOf(template);
  const restartless = restartlessHash(template);
  // Two snapshots may have the same contents; the controllers use the newest.
  const current = revisions.find(({ templateHash }) => templateHash === hash);
  return revisions.map((revision) => {
    const reused = isReused(revision);
    return {
      ...revision,
      isCurrent: revision === current,
      restartOnly: revision.restartless === restartless,
      left: rollbackFrom(revision, revisions, marks),
      marked: readMarker(items.get(revision.uid) ?? null),
      reused,
      lived: reused || revision === current ? null : livedOf(revision, revisions),
    };
  });
}

type Compared = Revision & { readonly restartless: string };

/**
 * The marker of a rollback away from it, or from what differs from it by restarts only. What was deployed anew after that
 * has a higher number than where the rollback went.
 */
function rollbackFrom(revision: Compared, all: readonly Compared[], marks: readonly Marked[]): Marked | null {
  const named = (hash: string | null): Compared | undefined =>
    all.find(({ templateHash }) => shortHash(templateHash) === hash);
  const found = marks.filter(
    ({ from, to, verb }) =>
      verb === 'rollback' &&
      named(from)?.restartless === revision.restartless &&
      (named(to)?.number ?? 0) > revision.number,
  );
  return found.toSorted((a, b) => b.at - a.at)[0] ?? null;
}

/** From its creation to that of the next one; what was used again keeps the creation of its first time. */
function livedOf({ createdAt: from }: Revision, all: readonly Revision[]): Past['lived'] {
  const later = all.flatMap(({ createdAt }) =>
    createdAt !== null && from !== null && createdAt > from ? [createdAt] : [],
  );
  return from === null || later.length === 0 ? null : { span: Math.min(...later) - from, until: Math.min(...later) };
}

/** When the version that a workload has was rolled out, whatever was restarted since; null when that can't be told. */
export function deployedAt(workload: JsonObject, past: readonly Past[]): Instant | null {
  const current = past.findIndex(({ isCurrent }) => isCurrent);
  if (current < 0) return null;
  const older = past.findIndex(({ restartOnly }, index) => index > current && !restartOnly);
  const first = past.slice(current, older < 0 ? undefined : older).at(-1);
  if (first === undefined) return null;
  const rolledBack = [readMarker(workload), ...past.map(({ marked }) => marked)]
    .filter((marked) => marked?.verb === 'rollback' && marked.to === shortHash(first.templateHash))
    .map((marked) => marked?.at ?? 0);
  return rolledBack.toSorted((a, b) => b - a)[0] ?? (first.reused ? null : first.createdAt);
}
