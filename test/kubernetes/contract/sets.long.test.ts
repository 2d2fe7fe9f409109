/** How StatefulSets and DaemonSets roll out: their ControllerRevisions, and the pod that never gets ready. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, type Json, type JsonObject, list, number, object, text, texts } from '../../../src/kubernetes/json.ts';
import { ask, expectStatus, get, patch, until } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { imageOf, isObserved, ownedBy, pathIn, pathOf, rolledOut, setImage, start } from './workloads.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.[Symbol.asyncDispose]());

const revisions = async (path: string): Promise<readonly JsonObject[]> => {
  const owned = await ownedBy(place, 'apps/v1 controllerrevisions', await get(place, path));
  return owned.toSorted((a, b) => (number(a, 'revision') ?? 0) - (number(b, 'revision') ?? 0));
};
const imagesIn = (all: readonly JsonObject[]): readonly string[] => all.map((each) => imageOf(object(each, 'data')));
const nameOf = (found: Json): string => text(found, 'metadata', 'name');
const isReady = (pod: JsonObject | null): boolean =>
  list(pod ?? {}, 'status', 'conditions').some(
    (each) => text(each, 'type') === 'Ready' && text(each, 'status') === 'True',
  );

describe('a StatefulSet', () => {
  it('keeps a revision for each template, and says which one its pods have', async () => {
    const path = await start(place, 'StatefulSet', 'db');
    const [first] = await revisions(path);
    expect(first).toMatchObject({ revision: 1, data: { spec: { template: { $patch: 'replace' } } } });
    await setImage(place, path, 'v2');
    const rolling = await until(place, path, 'the new revision', (found) => {
      const status = object(found ?? {}, 'status');
      return found !== null && isObserved(found) && status['updateRevision'] !== status['currentRevision'];
    });
    expect(text(rolling, 'status', 'currentRevision')).toBe(nameOf(first ?? {}));
    await rolledOut(place, 'StatefulSet', 'db');
    const all = await revisions(path);
    expect(imagesIn(all)).toEqual([place.images('v1'), place.images('v2')]);
    expect(text(await get(place, path), 'status', 'currentRevision')).toBe(nameOf(all[1] ?? {}));
    const pods = await ownedBy(place, 'pods', await get(place, path));
    expect(pods.map(nameOf)).toEqual(['db-0', 'db-1']);
    for (const pod of pods) {
      expect(texts(pod, 'metadata', 'labels')).toMatchObject({
        'controller-revision-hash': nameOf(all[1] ?? {}),
        'statefulset.kubernetes.io/pod-name': nameOf(pod),
      });
    }
  });

  it('that goes back uses the old revision again, with a new number', async () => {
    const path = pathOf(place, 'StatefulSet', 'db');
    const [first] = await revisions(path);
    // What kubectl sends: the revision's data as it is.
    expectStatus(200, await patch(place, path, 'strategic', object(first, 'data')));
    await rolledOut(place, 'StatefulSet', 'db');
    const all = await revisions(path);
    expect(all.map((each) => number(each, 'revision'))).toEqual([2, 3]);
    expect([imagesIn(all), nameOf(all[1] ?? {})]).toEqual([
      [place.images('v2'), place.images('v1')],
      nameOf(first ?? {}),
    ]);
  });

  it('may change no more than its template, its size and its strategy', async () => {
    const { body, status } = await patch(place, pathOf(place, 'StatefulSet', 'db'), 'merge', {
      spec: { serviceName: 'x' },
    });
    expect([status, text(body, 'details', 'causes', 0, 'reason')]).toEqual([422, 'FieldValueForbidden']);
    expect(text(body, 'message')).toMatch(
      /updates to statefulset spec for fields other than .*'replicas'.* are forbidden$/,
    );
  });

  it('waits for a pod that never gets ready, even after what mends it, until somebody deletes that pod', async () => {
    const path = pathOf(place, 'StatefulSet', 'db');
    const pod = pathIn(place, 'pods/db-1');
    await setImage(place, path, 'missing');
    const stuck = await until(place, pod, 'the pod that can not start', (found) => {
      const [container] = list(found ?? {}, 'status', 'containerStatuses');
      return /ErrImagePull|ImagePullBackOff/.test(text(container, 'state', 'waiting', 'reason'));
    });
    await setImage(place, path, 'v1');
    await until(place, path, 'what mends it to be observed', (found) => found !== null && isObserved(found));
    // Its controller has seen it, and the pod is still the one that can't start.
    const still = await get(place, pod);
    expect([text(still, 'metadata', 'uid'), isReady(still)]).toEqual([text(stuck, 'metadata', 'uid'), false]);
    expect(dig(still, 'metadata', 'deletionTimestamp')).toBeUndefined();
    const uid = text(stuck, 'metadata', 'uid');
    expectStatus(200, await ask(place.config, 'DELETE', pod, { body: { preconditions: { uid } } }));
    await rolledOut(place, 'StatefulSet', 'db');
    expect(text(await get(place, pod), 'metadata', 'uid')).not.toBe(uid);
  });

  it('with a partition leaves the pods below it as they are', async () => {
    const path = pathOf(place, 'StatefulSet', 'db');
    await setImage(place, path, 'v3', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    await until(
      ...([place, path, 'one new pod'] as const),
      (found) =>
        found !== null &&
        isObserved(found) &&
        number(found, 'status', 'updatedReplicas') === 1 &&
        number(found, 'status', 'readyReplicas') === 2,
    );
    const pods = await ownedBy(place, 'pods', await get(place, path));
    expect(pods.map((each) => text(each, 'spec', 'containers', 0, 'image'))).toEqual([
      place.images('v1'),
      place.images('v3'),
    ]);
  });
});

describe('a DaemonSet', () => {
  it('has a pod on each node, keeps revisions, and goes back like a StatefulSet', async () => {
    const path = await start(place, 'DaemonSet', 'agent');
    expectStatus(
      200,
      await patch(place, path, 'merge', { metadata: { annotations: { 'kubernetes.io/change-cause': 'two' } } }),
    );
    await setImage(place, path, 'v2');
    await rolledOut(place, 'DaemonSet', 'agent');
    const [first, second] = await revisions(path);
    expect(imagesIn([first ?? {}, second ?? {}])).toEqual([place.images('v1'), place.images('v2')]);
    expect(texts(second, 'metadata', 'annotations')).toMatchObject({ 'kubernetes.io/change-cause': 'two' });
    const nodes = number(await get(place, path), 'status', 'desiredNumberScheduled');
    const hash = texts(second, 'metadata', 'labels')['controller-revision-hash'];
    const pods = await ownedBy(place, 'pods', await get(place, path));
    const live = pods.filter((pod) => dig(pod, 'metadata', 'deletionTimestamp') === undefined);
    expect(live).toHaveLength(nodes ?? 0);
    expect(new Set(live.map((pod) => texts(pod, 'metadata', 'labels')['controller-revision-hash']))).toEqual(
      new Set([hash]),
    );
    expectStatus(200, await patch(place, path, 'strategic', object(first, 'data')));
    await rolledOut(place, 'DaemonSet', 'agent');
    const all = await revisions(path);
    expect(all.map((each) => [number(each, 'revision'), nameOf(each)])).toEqual([
      [2, nameOf(second ?? {})],
      [3, nameOf(first ?? {})],
    ]);
  });
});
