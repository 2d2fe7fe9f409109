/** Pods live as the tags of their images say, and write logs and events about it. */

import { describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { ask, at, checkout, cluster, fresh, running } from './cluster.ts';

const one = (tag: string) => ({ ...fresh, replicas: 1, history: [{ image: checkout(tag) }] }) as const;
const container = (k: KubernetesSandbox): unknown => at(k.list('Pod')[0]?.status, 'containerStatuses', 0);
const log = (k: KubernetesSandbox, query = '') =>
  ask(k, 'GET', `/api/v1/namespaces/shop/pods/${k.list('Pod')[0]?.metadata.name}/log?${query}`);
const warnings = (k: KubernetesSandbox): readonly unknown[] =>
  k
    .list('Event')
    .filter((event) => event['type'] === 'Warning')
    .map((event) => event['reason']);

describe('a pod tagged', () => {
  it('with a version starts and becomes ready', async () => {
    await using k = await cluster([one('v1')]);
    await k.clock.advance(250);
    expect(container(k)).toMatchObject({ ready: false, state: { waiting: { reason: 'ContainerCreating' } } });
    await k.clock.advance(2000);
    expect(container(k)).toMatchObject({ ready: true, restartCount: 0, state: { running: {} }, lastState: {} });
    expect(k.list('Pod')[0]?.status).toMatchObject({ phase: 'Running' });
    expect(warnings(k)).toEqual([]);
  });

  it('crash ends again and again, with growing pauses', async () => {
    await using k = await cluster([one('crash')]);
    await k.clock.advance(6000);
    expect(container(k)).toMatchObject({
      ready: false,
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5s restarting failed container' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    await k.clock.advance(60_000);
    expect(at(container(k), 'restartCount')).toBe(4);
    expect(warnings(k)).toContain('BackOff');
  });

  it('oom is killed', async () => {
    await using k = await cluster([one('oom-heap')]);
    await k.clock.advance(6000);
    expect(container(k)).toMatchObject({ lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } });
  });

  it('pullfail has no image', async () => {
    await using k = await cluster([one('pullfail')]);
    await k.clock.advance(1500);
    expect(container(k)).toMatchObject({ state: { waiting: { reason: 'ErrImagePull' } } });
    await k.clock.advance(3000);
    expect(container(k)).toMatchObject({ state: { waiting: { reason: 'ImagePullBackOff' } } });
    expect(k.list('Pod')[0]?.status).toMatchObject({ phase: 'Pending' });
  });

  it('slow is ready after a while', async () => {
    await using k = await cluster([one('slow-cache')]);
    await k.clock.advance(10_000);
    expect(container(k)).toMatchObject({ ready: false, state: { running: {} } });
    expect(warnings(k)).toEqual(['Unhealthy']);
    await k.clock.advance(15_000);
    expect(container(k)).toMatchObject({ ready: true });
  });

  it('unsched finds no node', async () => {
    await using k = await cluster([one('unsched')]);
    await k.clock.advance(5000);
    const pod = k.list('Pod')[0];
    expect(pod?.spec).not.toHaveProperty('nodeName');
    expect(at(pod?.status, 'conditions', 0)).toMatchObject({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
    });
    expect(warnings(k)).toEqual(['FailedScheduling']);
  });
});

describe('pods that go bad by themselves', () => {
  it('are well again after a restart', async () => {
    await using k = await cluster([running]);
    expect(k.afflict('shop', 'checkout', 'crash')).toHaveLength(3);
    await k.clock.advance(10_000);
    expect(k.list('Pod').map((pod) => at(pod.status, 'containerStatuses', 0, 'ready'))).toEqual([false, false, false]);
    expect(warnings(k)).toContain('Unhealthy');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-05T12:00:10Z' };
    k.change('Deployment', 'shop', 'checkout', { spec: { template: { metadata: { annotations } } } });
    await k.clock.advance(30_000);
    expect(k.list('Pod').map((pod) => at(pod.status, 'containerStatuses', 0, 'ready'))).toEqual([true, true, true]);
  });
});

describe('a log', () => {
  it('of a crashed container is kept, also when it is asked for as the previous one', async () => {
    await using k = await cluster([one('crash')]);
    await k.clock.advance(6000);
    const { text, headers } = await log(k, 'previous=true&tailLines=2&timestamps=true');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toMatch(/^2026-01-05T12:00:0\dZ FATAL start-up failed/);
    expect((await log(k, 'limitBytes=10')).text).toHaveLength(10);
  });

  it('of a container that did not crash has no previous one', async () => {
    await using k = await cluster([one('v1')]);
    await k.clock.advance(5000);
    expect((await log(k)).text).toContain('INFO ready\n');
    const { status, body } = await log(k, 'previous=true');
    expect(status).toBe(400);
    expect(body['message']).toMatch(/^previous terminated container "checkout" in pod "checkout-\S+" not found$/);
    expect((await log(k, 'container=other')).status).toBe(400);
    k.setLog('shop', 'checkout', ['<!channel> hello']);
    expect((await log(k)).text).toBe('<!channel> hello\n');
  });

  it('of a container that never started is refused with the reason', async () => {
    await using k = await cluster([one('pullfail')]);
    await k.clock.advance(5000);
    expect((await log(k)).body['message']).toMatch(/is waiting to start: trying and failing to pull image$/);
  });
});

describe('events', () => {
  it('are counted, not repeated, and forgotten after an hour', async () => {
    await using k = await cluster([one('crash')]);
    await k.clock.advance(60_000);
    const backOff = k.list('Event').filter((event) => event['reason'] === 'BackOff');
    expect(backOff).toHaveLength(1);
    expect(backOff[0]).toMatchObject({
      count: 4,
      type: 'Warning',
      involvedObject: { kind: 'Pod' },
      source: { component: 'kubelet' },
    });
    const scheduled = (): number => k.list('Event').filter((event) => event['reason'] === 'Scheduled').length;
    expect(scheduled()).toBe(1);
    await k.clock.advance(3_600_000);
    expect(scheduled()).toBe(0);
  });
});
