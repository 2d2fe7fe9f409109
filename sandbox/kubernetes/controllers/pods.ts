/** Scheduler and kubelet: pods get nodes, start, become ready, crash, and end. */

import type { JsonObject } from '../json.ts';
import { sameJson, stringAt } from '../json.ts';
import type { Condition, Pod } from '../kinds.ts';
import { nodes, pods } from '../store/resources.ts';
import { update } from '../store/write.ts';
import { firstSeen, timestamp, type World } from '../world.ts';
import { behaviourOf, lifeAt, type Behaviour, type Life } from './behaviour.ts';
import { remark } from './events.ts';
import { withCondition } from './owned.ts';
import { lifeEvents } from './pod-events.ts';

const kubelet = { manager: 'kubelet', operation: 'Update', subresource: 'status' } as const;
const scheduler = { manager: 'kube-scheduler', operation: 'Update', subresource: 'status' } as const;

/** How a pod behaves now, and the milliseconds it has been doing so. */
function conduct(world: World, pod: Pod, image: string): { behaviour: Behaviour; base: number; started: boolean } {
  const struck = world.afflictions.get(pod.metadata.uid);
  if (struck) return { behaviour: struck.behaviour, base: struck.since, started: true };
  return { behaviour: behaviourOf(image), base: firstSeen(world, `pod ${pod.metadata.uid}`), started: false };
}

/** One container of a pod, now. */
export function containerLife(world: World, pod: Pod, image: string): { readonly life: Life; readonly base: number } {
  const { behaviour, base, started } = conduct(world, pod, image);
  const pace = started ? { ...world.pace, start: 0 } : world.pace;
  return { life: lifeAt(behaviour, image, world.now() - base, pace), base };
}

function stateOf({ state }: Life, base: number): JsonObject {
  if (state.is === 'running') return { running: { startedAt: timestamp(base + state.from) } };
  return { waiting: { reason: state.reason, ...(state.message === '' ? {} : { message: state.message }) } };
}

function containerStatus(world: World, pod: Pod, { name, image }: { name: string; image: string }): JsonObject {
  const { life, base } = containerLife(world, pod, image);
  const { last } = life;
  const lastState =
    last === null
      ? {}
      : {
          terminated: {
            exitCode: last.exitCode,
            reason: last.reason,
            startedAt: timestamp(base + last.from),
            finishedAt: timestamp(base + last.to),
            containerID: `containerd://${pod.metadata.uid.replaceAll('-', '')}${life.restarts}`,
          },
        };
  const running = life.state.is === 'running';
  return {
    name,
    state: stateOf(life, base),
    lastState,
    ready: life.ready,
    restartCount: life.restarts,
    image,
    imageID: running ? `${image.split(':')[0] ?? image}@sha256:${pod.metadata.uid.replaceAll('-', '').repeat(2)}` : '',
    started: running,
  };
}

function address(pod: Pod): string {
  const digits = pod.metadata.uid.replaceAll('-', '');
  return `10.244.${Number.parseInt(digits.slice(0, 2), 16) % 4}.${(Number.parseInt(digits.slice(2, 4), 16) % 250) + 2}`;
}

function run(world: World, pod: Pod): void {
  const before = pod.status;
  const statuses = pod.spec.containers.map((each) => containerStatus(world, pod, each));
  const ready = statuses.every((status) => status['ready'] === true);
  const unready = statuses.filter((status) => status['ready'] !== true).map((status) => stringAt(status, 'name'));
  const why = ready
    ? {}
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const status = ready ? 'True' : 'False';
  const conditions = (
    [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Initialized', status: 'True' },
      { type: 'ContainersReady', status, ...why },
      { type: 'Ready', status, ...why },
    ] as const
  ).reduce<readonly Condition[]>((list, each) => withCondition(world, list, each, false), before.conditions ?? []);
  const begun = statuses.some((each) => each['started'] === true || each['restartCount'] !== 0);
  const next = {
    ...before,
    phase: begun || before.phase === 'Running' ? 'Running' : 'Pending',
    conditions,
    hostIP: '10.0.0.1',
    podIP: address(pod),
    podIPs: [{ ip: address(pod) }],
    startTime: before['startTime'] ?? timestamp(world.now()),
    containerStatuses: statuses,
  };
  if (sameJson(before, next)) return;
  const after = update(world, pods, pod, { ...pod, status: next }, kubelet);
  for (const event of lifeEvents(pod, after)) remark(world, after, { ...event, from: 'kubelet' });
}

function schedule(world: World, pod: Pod): void {
  const all = world.store.list(nodes);
  const hopeless = pod.spec.containers.some(({ image }) => behaviourOf(image) === 'unsched');
  if (hopeless || all.length === 0) {
    const preemption = `preemption: 0/${all.length} nodes are available: ${all.length} No preemption victims found for incoming pod.`;
    const message = `0/${all.length} nodes are available: ${all.length} Insufficient memory. ${preemption}`;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
    if (pod.status.conditions?.some(({ reason }) => reason === 'Unschedulable')) return;
    const conditions = withCondition(world, pod.status.conditions ?? [], condition, false);
    update(world, pods, pod, { ...pod, status: { ...pod.status, conditions } }, scheduler);
    remark(world, pod, { type: 'Warning', reason: 'FailedScheduling', message, from: 'default-scheduler' });
    return;
  }
  const load = (name: string): number => world.store.list(pods).filter(({ spec }) => spec.nodeName === name).length;
  const [node] = all.map(({ metadata }) => metadata.name).toSorted((a, b) => load(a) - load(b));
  if (node === undefined) return;
  const bound = world.store.put(pods, { ...pod, spec: { ...pod.spec, nodeName: node } });
  const place = `${bound.metadata.namespace}/${bound.metadata.name}`;
  const message = `Successfully assigned ${place} to ${node}`;
  remark(world, bound, { type: 'Normal', reason: 'Scheduled', message, from: 'default-scheduler' });
  run(world, bound);
}

function end(world: World, pod: Pod): void {
  const since = firstSeen(world, `end ${pod.metadata.uid}`);
  if (since === world.now()) {
    for (const { name } of pod.spec.containers) {
      remark(world, pod, { type: 'Normal', reason: 'Killing', message: `Stopping container ${name}`, from: 'kubelet' });
    }
  }
  if (world.now() - since < world.pace.terminate) return;
  world.afflictions.delete(pod.metadata.uid);
  world.store.remove(pods, pod);
}

/** One step of all pods. */
export function stepPods(world: World): void {
  for (const pod of world.store.list(pods)) {
    if (pod.metadata.deletionTimestamp !== undefined) end(world, pod);
    else if (pod.spec.nodeName === undefined) schedule(world, pod);
    else run(world, pod);
  }
}
