/** The workloads of the suite: what they are made from, where they live, and when their rollouts are complete. */
import type { Kind } from '../../../src/action/action.ts';
import { dig, isObject, type Json, type JsonObject, list, number, text, texts } from '../../../src/kubernetes/json.ts';
import { collection, workloadPath } from '../../../src/kubernetes/names.ts';
import { create, expectStatus, get, patch, until } from './api.ts';
import type { ImageName } from './images.ts';
import type { Place } from './place.ts';
import { targetAt } from './place.ts';

/** What may differ from two replicas of version 1. */
export interface Wanted {
  readonly replicas?: number;
  readonly image?: ImageName;
  /** Merged into `spec`. */
  readonly spec?: JsonObject;
}

/** The path of a workload. */
export const pathOf = (place: Place, kind: Kind, name: string): string => workloadPath(targetAt(place, kind, name));

/** The path of a collection of the place: `pods`, or `apps/v1 replicasets`. */
export function pathIn({ namespace }: Place, resource: string): string {
  const [plural = '', version = 'v1'] = resource.split(' ').toReversed();
  return collection(version, namespace, plural);
}

/** A template: one container `app`, which ends as soon as it is told to. */
export const templateOf = (place: Place, name: string, image: ImageName): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: place.images(image) }] },
});

/** A workload that is not created yet. */
export function draftOf(place: Place, kind: Kind, name: string, wanted: Wanted = {}): JsonObject {
  const { image = 'v1', replicas = 2, spec = {} } = wanted;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, labels: { app: name } },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: templateOf(place, name, image),
      ...spec,
    },
  };
}

/** Creates a workload and waits until all its pods are available. Gives back its path. */
export async function start(place: Place, kind: Kind, name: string, wanted: Wanted = {}): Promise<string> {
  await apply(place, kind, name, wanted);
  return rolledOut(place, kind, name);
}

/** Creates a workload and waits for nothing. Gives back its path. */
export async function apply(place: Place, kind: Kind, name: string, wanted: Wanted = {}): Promise<string> {
  const path = pathOf(place, kind, name);
  await create(place, path.slice(0, path.lastIndexOf('/')), draftOf(place, kind, name, wanted));
  return path;
}

/** Waits until a workload's rollout is complete, as `kubectl rollout status` does. Gives back its path. */
export async function rolledOut(place: Place, kind: Kind, name: string): Promise<string> {
  const path = pathOf(place, kind, name);
  await until(place, path, `the rollout of ${kind} ${name}`, (found) => found !== null && isComplete(kind, found));
  return path;
}

/** Whether its controller knows the newest generation. */
export const isObserved = (found: JsonObject): boolean =>
  (number(found, 'status', 'observedGeneration') ?? 0) >= (number(found, 'metadata', 'generation') ?? 1);

/** Whether a rollout is complete. */
function isComplete(kind: Kind, found: JsonObject): boolean {
  const count = (name: string): number => number(found, 'status', name) ?? 0;
  const wanted = number(found, 'spec', 'replicas') ?? 1;
  if (!isObserved(found)) return false;
  switch (kind) {
    case 'Deployment':
      return [count('updatedReplicas'), count('replicas'), count('availableReplicas')].every((each) => each === wanted);
    case 'StatefulSet':
      return (
        [count('updatedReplicas'), count('replicas'), count('readyReplicas')].every((each) => each === wanted) &&
        text(found, 'status', 'currentRevision') === text(found, 'status', 'updateRevision')
      );
    case 'DaemonSet': {
      const nodes = count('desiredNumberScheduled');
      return nodes > 0 && count('updatedNumberScheduled') === nodes && count('numberAvailable') === nodes;
    }
  }
}

/** Gives the container another image, as `kubectl set image` does. */
export async function setImage(
  place: Place,
  path: string,
  image: ImageName,
  spec: JsonObject = {},
): Promise<JsonObject> {
  const containers = [{ name: 'app', image: place.images(image) }];
  const body = { spec: { ...spec, template: { spec: { containers } } } };
  return expectStatus(200, await patch(place, `${path}?fieldManager=kubectl-set`, 'strategic', body));
}

/** The image of an object's only container. */
export const imageOf = (found: Json): string => text(found, 'spec', 'template', 'spec', 'containers', 0, 'image');

/** A condition of an object; undefined when it has none. */
export const conditionOf = (found: Json, type: string): Json | undefined =>
  list(found, 'status', 'conditions').find((each) => text(each, 'type') === type);

/** The objects of a collection that a workload controls. */
export async function ownedBy(place: Place, resource: string, owner: JsonObject): Promise<readonly JsonObject[]> {
  const uid = text(owner, 'metadata', 'uid');
  const listed = list(await get(place, pathIn(place, resource)), 'items').filter(isObject);
  const isOwned = (one: JsonObject): boolean =>
    list(one, 'metadata', 'ownerReferences').some(
      (each) => text(each, 'uid') === uid && dig(each, 'controller') === true,
    );
  return listed.filter(isOwned);
}

/** The revision numbers of a Deployment's ReplicaSets by image, with the numbers that each had before. */
export async function revisionsOf(place: Place, path: string): Promise<Readonly<Record<string, string>>> {
  const sets = await ownedBy(place, 'apps/v1 replicasets', await get(place, path));
  const rows = sets.map((set) => {
    const notes = texts(set, 'metadata', 'annotations');
    const before = notes['deployment.kubernetes.io/revision-history'];
    const now = notes['deployment.kubernetes.io/revision'] ?? 'none';
    return [imageOf(set), before === undefined ? now : `${now}, before ${before}`] as const;
  });
  return Object.fromEntries(rows);
}
