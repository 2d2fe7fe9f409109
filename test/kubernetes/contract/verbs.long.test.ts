/** Each verb of Vigie once, from the plan to what it has changed, and back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kind, Order } from '../../../src/action/action.ts';
import { diagnose } from '../../../src/kubernetes/diagnose/diagnose.ts';
import { dig, number, text, texts } from '../../../src/kubernetes/json.ts';
import { readMarker } from '../../../src/kubernetes/marker.ts';
import { create, expectStatus, get, patch, until } from './api.ts';
import { openPlace, type Place, targetAt } from './place.ts';
import { carryOut, inverseOf, land, plan, refusal, watchOut } from './product.ts';
import { conditionOf, imageOf, isObserved, ownedBy, pathIn, pathOf, rolledOut, setImage, start } from './workloads.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.[Symbol.asyncDispose]());

const verbOn = async (kind: Kind, name: string): Promise<string | undefined> =>
  readMarker(await get(place, pathOf(place, kind, name)))?.verb;
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

describe('a restart', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)('of a %s replaces its pods', async (kind) => {
    const name = `restart-${kind.toLowerCase()}`;
    const path = await start(place, kind, name, { replicas: 1 });
    const target = targetAt(place, kind, name);
    const { end, made } = await carryOut(place, target, { verb: 'restart' });
    expect(end.outcome).toBe('succeeded');
    const now = await get(place, path);
    const written = texts(now, 'spec', 'template', 'metadata', 'annotations')[restartedAt] ?? '';
    expect([Date.parse(written), made.inverse]).toEqual([made.at, null]);
    await rolledOut(place, kind, name);
    expect(await verbOn(kind, name)).toBe('restart');
  });
});

describe('a scale', () => {
  it('changes the size, and its inverse restores it', async () => {
    const path = await start(place, 'Deployment', 'size');
    const target = targetAt(place, 'Deployment', 'size');
    const { end, made } = await carryOut(place, target, { verb: 'scale', to: 4 });
    expect([end.outcome, number(await get(place, path), 'status', 'availableReplicas')]).toEqual(['succeeded', 4]);
    const back = await carryOut(place, target, inverseOf(made));
    expect([back.end.outcome, number(await get(place, path), 'spec', 'replicas')]).toEqual(['succeeded', 2]);
    await rolledOut(place, 'Deployment', 'size');
  });
});

describe('a rollback', () => {
  it('of a Deployment mends it although its deadline has passed, and its inverse goes back to what was broken', async () => {
    const path = await start(place, 'Deployment', 'broken');
    const target = targetAt(place, 'Deployment', 'broken');
    await setImage(place, path, 'missing', { progressDeadlineSeconds: 2 });
    await until(
      ...([place, path, 'the deadline'] as const),
      (found) => text(conditionOf(found ?? {}, 'Progressing'), 'reason') === 'ProgressDeadlineExceeded',
    );
    const seen = await diagnose(place.clusters.get('eu-1'), target, { now: place.now(), within: 10_000 });
    expect(seen.verdict).toBe('unhealthy');
    expect(seen.headline).toMatch(/ImagePull/);
    const { end, made } = await carryOut(place, target, { verb: 'rollback', to: 'previous' });
    expect(made.differences).toEqual([{ what: 'image of app', from: place.images('missing'), to: place.images('v1') }]);
    expect(end.outcome).toBe('succeeded');
    const now = await get(place, path);
    expect([imageOf(now), texts(now, 'metadata', 'annotations')['deployment.kubernetes.io/revision']]).toEqual([
      place.images('v1'),
      '3',
    ]);
    const healthy = await diagnose(place.clusters.get('eu-1'), target, { now: place.now(), within: 10_000 });
    expect(healthy.verdict).toBe('healthy');
    expect(inverseOf(made)).toEqual({ verb: 'rollback', to: 2 });
    const back = await plan(place, target, inverseOf(made));
    await land(place, back);
    expect(imageOf(await get(place, path))).toBe(place.images('missing'));
    // And forth again, by the number that it has now.
    await until(place, path, 'the rollout', (found) => found !== null && isObserved(found));
    expect(inverseOf(back)).toEqual({ verb: 'rollback', to: 3 });
    await land(place, await plan(place, target, inverseOf(back)));
    await rolledOut(place, 'Deployment', 'broken');
    expect(imageOf(await get(place, path))).toBe(place.images('v1'));
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)(
    'of a %s restores the snapshot, and its inverse the later one',
    async (kind) => {
      const name = `undo-${kind.toLowerCase()}`;
      const path = await start(place, kind, name, { replicas: 1 });
      await setImage(place, path, 'v2');
      await rolledOut(place, kind, name);
      const target = targetAt(place, kind, name);
      const { end, made } = await carryOut(place, target, { verb: 'rollback', to: 'previous' });
      expect([end.outcome, imageOf(await get(place, path))]).toEqual(['succeeded', place.images('v1')]);
      await rolledOut(place, kind, name);
      const back = await carryOut(place, target, inverseOf(made));
      expect([back.end.outcome, imageOf(await get(place, path))]).toEqual(['succeeded', place.images('v2')]);
    },
  );

  it('has nowhere to go when there was never anything else', async () => {
    await start(place, 'Deployment', 'only', { replicas: 0 });
    const says = await refusal(place, targetAt(place, 'Deployment', 'only'), { verb: 'rollback', to: 'previous' });
    expect(says).toContain('There is no earlier revision');
  });
});

describe('a pause', () => {
  it('holds, its inverse resumes, and while it holds a restart is refused', async () => {
    const path = await start(place, 'Deployment', 'held', { replicas: 1 });
    const target = targetAt(place, 'Deployment', 'held');
    const { end, made } = await carryOut(place, target, { verb: 'pause' });
    expect([end.outcome, dig(await get(place, path), 'spec', 'paused')]).toEqual(['succeeded', true]);
    expect(await refusal(place, target, { verb: 'restart' })).toContain('paused');
    await setImage(place, path, 'v2');
    const back = await carryOut(place, target, inverseOf(made));
    expect(back.end.outcome).toBe('succeeded');
    await rolledOut(place, 'Deployment', 'held');
    expect(imageOf(await get(place, path))).toBe(place.images('v2'));
  });
});

describe('the deletion of a pod', () => {
  it('frees a StatefulSet that waits for a pod which never gets ready; the watch has named it', async () => {
    const path = await start(place, 'StatefulSet', 'stuck');
    const target = targetAt(place, 'StatefulSet', 'stuck');
    await setImage(place, path, 'crash');
    const pod = pathIn(place, 'pods/stuck-1');
    await until(
      ...([place, pod, 'a crash loop'] as const),
      (found) => (number(found ?? {}, 'status', 'containerStatuses', 0, 'restartCount') ?? 0) >= 2,
    );
    const { end } = await carryOut(place, target, { verb: 'rollback', to: 'previous' });
    expect([end.outcome, end.stuck]).toEqual(['failed', 'stuck-1']);
    const order: Order = { verb: 'delete-pod', pod: end.stuck ?? '' };
    const { end: gone, made } = await carryOut(place, target, order);
    expect(gone.outcome).toBe('succeeded');
    await rolledOut(place, 'StatefulSet', 'stuck');
    expect(text(await get(place, pod), 'metadata', 'uid')).not.toBe(made.object?.uid);
  });
});

describe('new bounds of an autoscaler', () => {
  it('are set, and their inverse restores the old ones', async () => {
    const path = await start(place, 'Deployment', 'elastic');
    const collection = pathIn(place, 'autoscaling/v2 horizontalpodautoscalers');
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'elastic' };
    await create(place, collection, {
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'elastic' } },
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 4 },
    });
    const target = targetAt(place, 'Deployment', 'elastic');
    const { end, made } = await carryOut(place, target, { verb: 'set-autoscaler-bounds', min: 2, max: 5 });
    expect(end.outcome).toBe('succeeded');
    expect(await get(place, `${collection}/elastic`)).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 5 } });
    const back = await carryOut(place, target, inverseOf(made));
    expect(back.end.outcome).toBe('succeeded');
    expect(await get(place, `${collection}/elastic`)).toMatchObject({ spec: { minReplicas: 1, maxReplicas: 4 } });
    // Beyond the bounds a scale would be taken back, so it is not planned.
    expect(number(await get(place, path), 'spec', 'replicas')).toBe(2);
  });
});

describe('a watch', () => {
  it('says who replaced the rollout that it was about', async () => {
    const path = await start(place, 'Deployment', 'contested', { replicas: 1 });
    const made = await plan(place, targetAt(place, 'Deployment', 'contested'), { verb: 'restart' });
    const mark = await land(place, made);
    await setImage(place, path, 'v2');
    const end = await watchOut(place, made, mark);
    expect([end.outcome, end.says]).toEqual(['superseded', expect.stringContaining('kubectl-set')]);
    await rolledOut(place, 'Deployment', 'contested');
  });

  it('says that the cluster refuses to make pods', async () => {
    const path = await start(place, 'Deployment', 'full', { replicas: 1 });
    const [pod] = await ownedBy(place, 'apps/v1 replicasets', await get(place, path));
    expect(pod).toBeDefined();
    const made = await plan(place, targetAt(place, 'Deployment', 'full'), { verb: 'scale', to: 2 });
    const hard = { 'count/pods': '0' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard } };
    await create(place, pathIn(place, 'resourcequotas'), quota);
    const counted = pathIn(place, 'resourcequotas/none');
    await until(place, counted, 'the count', (found) => dig(found ?? {}, 'status', 'used', 'count/pods') !== undefined);
    const mark = await land(place, made);
    const end = await watchOut(place, made, mark, 3_000);
    expect([end.outcome, end.says]).toEqual(['failed', expect.stringContaining('exceeded quota: none')]);
    expectStatus(200, await patch(place, path, 'merge', { spec: { replicas: 0 } }));
  });
});
