/** How a Deployment rolls out: its ReplicaSets and their numbers, pausing, undoing, and the deadline for progress. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, isObject, type Json, list, number, object, text, texts } from '../../../src/kubernetes/json.ts';
import { expectStatus, get, patch, record, until } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { conditionOf, imageOf, isObserved, ownedBy, pathIn, pathOf } from './workloads.ts';
import { revisionsOf, rolledOut, setImage, start } from './workloads.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.[Symbol.asyncDispose]());

const sets = (path: string) => get(place, path).then((found) => ownedBy(place, 'apps/v1 replicasets', found));
const revisionKey = 'deployment.kubernetes.io/revision';
const revisionOf = (found: Json): string => texts(found, 'metadata', 'annotations')[revisionKey] ?? 'none';
const reasonOf = (found: Json, type: string): string => text(conditionOf(found, type), 'reason');

/** What `kubectl rollout undo` sends. */
async function undo(path: string, image: string): Promise<void> {
  const set = (await sets(path)).find((each) => imageOf(each) === image);
  const { labels = {}, ...metadata } = object(set, 'spec', 'template', 'metadata');
  const { 'pod-template-hash': _hash, ...kept } = isObject(labels) ? labels : {};
  const value = { ...object(set, 'spec', 'template'), metadata: { ...metadata, labels: kept } };
  expectStatus(200, await patch(place, path, 'json', [{ op: 'replace', path: '/spec/template', value }]));
}

describe('a rollout', () => {
  it('makes a ReplicaSet for each template, which carries the number, the annotations and a hash', async () => {
    const path = await start(place, 'Deployment', 'web');
    expectStatus(200, await patch(place, path, 'merge', { metadata: { annotations: { owner: 'ana' } } }));
    await setImage(place, path, 'v2');
    await rolledOut(place, 'Deployment', 'web');
    const now = await get(place, path);
    expect(revisionOf(now)).toBe('2');
    expect(reasonOf(now, 'Progressing')).toBe('NewReplicaSetAvailable');
    expect(text(conditionOf(now, 'Available'), 'status')).toBe('True');
    const all = await sets(path);
    expect(all).toHaveLength(2);
    const current = all.find((each) => imageOf(each) === place.images('v2'));
    const hash = texts(current, 'metadata', 'labels')['pod-template-hash'] ?? '';
    expect(current).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web', 'pod-template-hash': hash },
        annotations: {
          ...{ [revisionKey]: '2', owner: 'ana' },
          'deployment.kubernetes.io/desired-replicas': '2',
          'deployment.kubernetes.io/max-replicas': '3',
        },
      },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
        template: { metadata: { labels: { app: 'web', 'pod-template-hash': hash } } },
      },
    });
    const old = all.find((each) => each !== current);
    expect([number(old, 'spec', 'replicas'), revisionOf(old ?? {})]).toEqual([0, '1']);
    const pods = await ownedBy(place, 'pods', current ?? {});
    const live = pods.filter((pod) => dig(pod, 'metadata', 'deletionTimestamp') === undefined);
    expect(live).toHaveLength(2);
    expect(live.every((pod) => text(pod, 'metadata', 'name').startsWith(`web-${hash}-`))).toBe(true);
  });

  it('that goes back uses the old ReplicaSet again and gives it a new number', async () => {
    const path = pathOf(place, 'Deployment', 'web');
    await setImage(place, path, 'v3');
    await rolledOut(place, 'Deployment', 'web');
    await undo(path, place.images('v2'));
    await rolledOut(place, 'Deployment', 'web');
    expect(await revisionsOf(place, path)).toEqual({
      [place.images('v1')]: '1',
      [place.images('v2')]: '4, before 2',
      [place.images('v3')]: '3',
    });
    // Twice is forth again: kubectl's "the one before" is a version that was just left.
    await undo(path, place.images('v3'));
    await rolledOut(place, 'Deployment', 'web');
    expect(await revisionsOf(place, path)).toMatchObject({
      [place.images('v2')]: '4, before 2',
      [place.images('v3')]: '5, before 3',
    });
    expect(revisionOf(await get(place, path))).toBe('5');
  });

  it('begins with a restart annotation, and that is a revision like any other', async () => {
    const path = pathOf(place, 'Deployment', 'web');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T03:12:00Z' };
    const body = { spec: { template: { metadata: { annotations } } } };
    const after = expectStatus(200, await patch(place, path, 'strategic', body));
    await rolledOut(place, 'Deployment', 'web');
    const all = await sets(path);
    expect(all).toHaveLength(4);
    const restarted = all.filter((each) => imageOf(each) === place.images('v3'));
    expect(restarted.map(revisionOf).toSorted()).toEqual(['5', '6']);
    // The same once more changes nothing, so nothing restarts.
    const again = expectStatus(200, await patch(place, path, 'strategic', body));
    expect(number(again, 'metadata', 'generation')).toBe(number(after, 'metadata', 'generation'));
    expect(await sets(path)).toHaveLength(4);
    const events = `${pathIn(place, 'events')}?fieldSelector=involvedObject.name%3Dweb,reason%3DScalingReplicaSet`;
    const messages = list(await get(place, events), 'items').map((event) => text(event, 'message'));
    expect(messages.some((message) => /^Scaled down replica set web-\w+ from \d to \d$/.test(message))).toBe(true);
  });
});

describe('a pause', () => {
  it('holds a rollout back until it is resumed; replicas change all the same', async () => {
    const path = await start(place, 'Deployment', 'held', { replicas: 1 });
    expectStatus(200, await patch(place, path, 'merge', { spec: { paused: true } }));
    await until(place, path, 'the pause', (found) => reasonOf(found ?? {}, 'Progressing') === 'DeploymentPaused');
    await setImage(place, path, 'v2', { replicas: 2 });
    const scaled = await until(
      ...([place, path, 'two old pods'] as const),
      (found) => found !== null && isObserved(found) && number(found, 'status', 'availableReplicas') === 2,
    );
    expect(number(scaled, 'status', 'updatedReplicas') ?? 0).toBe(0);
    expect((await sets(path)).map(imageOf)).toEqual([place.images('v1')]);
    const { states, stop } = await record(place, path);
    expectStatus(200, await patch(place, path, 'merge', { spec: { paused: null } }));
    await rolledOut(place, 'Deployment', 'held');
    stop();
    expect(await revisionsOf(place, path)).toEqual({ [place.images('v1')]: '1', [place.images('v2')]: '2' });
    expect(states().map((state) => reasonOf(state, 'Progressing'))).not.toContain('ProgressDeadlineExceeded');
  });
});

describe('a deadline for progress', () => {
  it('passes, stays passed for the first look at what mends it, and is then forgotten', async () => {
    // All pods at once: then the version that comes back has none, which is no progress at first.
    const rollingUpdate = { maxSurge: 0, maxUnavailable: '100%' };
    const strategy = { type: 'RollingUpdate', rollingUpdate };
    const path = await start(place, 'Deployment', 'late', { spec: { strategy } });
    await setImage(place, path, 'missing', { progressDeadlineSeconds: 3 });
    const late = await until(
      ...([place, path, 'the deadline'] as const),
      (found) => reasonOf(found ?? {}, 'Progressing') === 'ProgressDeadlineExceeded',
    );
    expect(conditionOf(late, 'Progressing')).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/^ReplicaSet "late-\w+" has timed out progressing\.$/),
      lastUpdateTime: expect.stringMatching(/Z$/),
    });
    const { states, stop } = await record(place, path);
    await setImage(place, path, 'v1', { progressDeadlineSeconds: 60 });
    await rolledOut(place, 'Deployment', 'late');
    await until(
      ...([place, path, 'the end'] as const),
      (found) => reasonOf(found ?? {}, 'Progressing') === 'NewReplicaSetAvailable',
    );
    stop();
    const mending = states().filter((state) => imageOf(state) === place.images('v1') && isObserved(state));
    expect(mending.map((state) => reasonOf(state, 'Progressing'))).toContain('ProgressDeadlineExceeded');
    expect(await revisionsOf(place, path)).toMatchObject({ [place.images('v1')]: '3, before 1' });
  });
});
