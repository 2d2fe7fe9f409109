/** An answer that is lost, or a process that dies with it: asked again, it is one change. Every verb, against the real thing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kind, Order, Plan } from '../../../src/action/action.ts';
import type { Clusters } from '../../../src/kubernetes/cluster.ts';
import { dig, type JsonObject, list, number, text, texts } from '../../../src/kubernetes/json.ts';
import { idOfRun, readMarker } from '../../../src/kubernetes/marker.ts';
import { keepReceipts, run, told } from '../acting.ts';
import { doomed, type Learns } from '../dying.ts';
import { create, get, record, until } from './api.ts';
import { openPlace, type Place, targetAt } from './place.ts';
import { act, plan } from './product.ts';
import { ownedBy, pathIn, pathOf, rolledOut, setImage, start } from './workloads.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  await Promise.all([
    start(place, 'Deployment', 'web'),
    start(place, 'StatefulSet', 'db', { replicas: 1 }),
    start(place, 'DaemonSet', 'agent'),
  ]);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' };
  await create(place, pathIn(place, 'autoscaling/v2 horizontalpodautoscalers'), {
    ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'db' } },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 4 },
  });
  for (const [kind, name] of [
    ['Deployment', 'web'],
    ['DaemonSet', 'agent'],
  ] as const) {
    await setImage(place, pathOf(place, kind, name), 'v2');
    await rolledOut(place, kind, name);
  }
});
afterAll(() => place?.[Symbol.asyncDispose]());

/** Loses the answer to the one write that is not a dry run. */
function losing(learns: Learns): Pick<Clusters, 'get'> & { readonly lost: () => boolean } {
  let lost = false;
  const open: Clusters['get'] = (name) => {
    const cluster = place.clusters.get(name);
    const fatal = doomed(place.clusters, { call: 0, fate: 'unheard', learns }).get(name);
    const around = (one: typeof cluster): typeof cluster => ({
      ...one,
      patch: (path, body, type, query) => {
        if (query['dryRun'] !== undefined || lost) return one.patch(path, body, type, query);
        lost = true;
        return fatal.patch(path, body, type, query);
      },
      remove: (path, body, query) => {
        if (query?.['dryRun'] !== undefined || lost) return one.remove(path, body, query);
        lost = true;
        return fatal.remove(path, body, query);
      },
      until: (signal) => around(one.until(signal)),
    });
    return around(cluster);
  };
  return { get: open, lost: () => lost };
}

/** What is written: the workload, a pod of it, or its autoscaler. */
function subjectOf(kind: Kind, name: string, order: Order): string {
  switch (order.verb) {
    case 'delete-pod':
      return pathIn(place, `pods/${order.pod}`);
    case 'set-autoscaler-bounds':
      return pathIn(place, `autoscaling/v2 horizontalpodautoscalers/${name}`);
    default:
      return pathOf(place, kind, name);
  }
}

/** How often a recording shows another spec than before; of a pod, how often it shows another pod. */
function changes(first: JsonObject, states: readonly JsonObject[]): number {
  const isPod = text(first, 'kind') === 'Pod';
  const seen = [first, ...states].map((state) =>
    isPod ? text(state, 'metadata', 'uid') : JSON.stringify(dig(state, 'spec')),
  );
  return seen.filter((one, index) => index > 0 && one !== seen[index - 1]).length;
}

const cases: readonly (readonly [Kind, string, Order])[] = [
  ['Deployment', 'web', { verb: 'restart' }],
  ['Deployment', 'web', { verb: 'scale', to: 3 }],
  ['Deployment', 'web', { verb: 'rollback', to: 1 }],
  ['Deployment', 'web', { verb: 'pause' }],
  ['Deployment', 'web', { verb: 'resume' }],
  ['DaemonSet', 'agent', { verb: 'rollback', to: 1 }],
  ['StatefulSet', 'db', { verb: 'set-autoscaler-bounds', min: 1, max: 6 }],
  ['StatefulSet', 'db', { verb: 'restart' }],
  ['StatefulSet', 'db', { verb: 'delete-pod', pod: 'db-0' }],
];

describe.each(['breaks', 'dies'] as const)('an answer is lost, and the one who asked %s', (learns) => {
  it.each(cases)('%s %s: %o', async (kind, name, wanted) => {
    await rolledOut(place, kind, name);
    const order = await orderFor(kind, name, wanted);
    const made = await plan(place, targetAt(place, kind, name), order);
    const path = subjectOf(kind, name, order);
    const first = await get(place, path);
    const { states, stop } = await record(place, path);
    const receipts = keepReceipts();
    const clusters = losing(learns);
    const event = await again(() => run(place, made, { clusters, receipts, expires: place.now() + 600_000 }));
    expect([clusters.lost(), told(event).split(':')[0]]).toEqual([true, 'landed']);
    // Somebody presses the button once more, on another day of the queue.
    expect(told(await act(place, made, { receipts })).split(':')[0]).toMatch(/^(landed|succeeded)$/);
    if (order.verb === 'delete-pod') await replaced(path, first);
    await rolledOut(place, kind, name);
    stop();
    expect(changes(first, states())).toBe(1);
    if (order.verb !== 'delete-pod') await expectMarked(path, made);
  });
});

/** The second time, a scale goes elsewhere, and revisions have other numbers. */
async function orderFor(kind: Kind, name: string, order: Order): Promise<Order> {
  const now = await get(place, pathOf(place, kind, name));
  if (order.verb === 'scale' && number(now, 'spec', 'replicas') === order.to)
    return { verb: 'scale', to: order.to - 1 };
  if (order.verb === 'rollback') return { verb: 'rollback', to: await earlier(kind, now) };
  if (order.verb !== 'set-autoscaler-bounds') return order;
  const max = number(await get(place, subjectOf(kind, name, order)), 'spec', 'maxReplicas') ?? 0;
  return { ...order, max: max + 1 };
}

/** The highest revision number but one. */
async function earlier(kind: Kind, workload: JsonObject): Promise<number> {
  const resource = kind === 'Deployment' ? 'apps/v1 replicasets' : 'apps/v1 controllerrevisions';
  const key = 'deployment.kubernetes.io/revision';
  const numbers = (await ownedBy(place, resource, workload)).map(
    (each) => number(each, 'revision') ?? Number(texts(each, 'metadata', 'annotations')[key]),
  );
  return numbers.toSorted((a, b) => b - a)[1] ?? 0;
}

/** Lives until there is an end. */
async function again(once: () => ReturnType<typeof run>): ReturnType<typeof run> {
  for (let life = 1; ; life += 1) {
    try {
      return await once();
    } catch (error) {
      if (life === 5) throw error;
    }
  }
}

/** Waits for the pod that has the name now. */
async function replaced(path: string, first: JsonObject): Promise<void> {
  const uid = text(first, 'metadata', 'uid');
  await until(place, path, 'the next pod', (pod) => {
    const ready = list(pod ?? {}, 'status', 'conditions').find((each) => text(each, 'type') === 'Ready');
    return pod !== null && text(pod, 'metadata', 'uid') !== uid && text(ready, 'status') === 'True';
  });
}

async function expectMarked(path: string, made: Plan): Promise<void> {
  expect(readMarker(await get(place, path))?.id).toBe(idOfRun('12-1', made));
}
