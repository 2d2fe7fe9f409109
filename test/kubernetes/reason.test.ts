/** Why a pod is as it is, and pods that have the same. */
import { describe, expect, it } from 'vitest';
import { groupPods, printGroup, worstContainers } from '../../src/kubernetes/diagnose/groups.ts';
import { readPod } from '../../src/kubernetes/diagnose/pods.ts';
import { ailmentOf } from '../../src/kubernetes/diagnose/reason.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { crashing, landed, pod, type PodGiven, stamp, waiting } from './objects.ts';

/** Five minutes after the pod was made. */
const now = landed + 300_000;
const ailing = (given: PodGiven, at = now) => {
  const { grade, reason, said } = ailmentOf(readPod(pod('checkout-7-a', given)), at);
  return [grade, reason, said];
};
const unready = (container: JsonObject): PodGiven => ({ ready: false, container, status: { phase: 'Running' } });
const withInit = (init: JsonObject, status: JsonObject): PodGiven => ({
  ready: false,
  container: waiting('PodInitializing'),
  spec: {
    initContainers: [{ name: 'migrate', image: 'm', ...init }],
    containers: [{ name: 'app', image: 'shop/checkout:1.4.1' }],
  },
  status: { initContainerStatuses: [{ name: 'migrate', restartCount: 0, ready: false, ...status }] },
});

describe('a pod', () => {
  it('is well when it is ready', () => {
    expect(ailing({})).toEqual(['well', 'Ready', '']);
  });

  it('may end, but not for ever', () => {
    expect(ailing({ deleting: stamp(290) })).toEqual(['passing', 'Terminating', '']);
    expect(ailing({ deleting: stamp(200) })).toEqual(['ill', 'Terminating, but it does not end', '']);
  });

  it('that was evicted is over', () => {
    const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
    expect(ailing({ ready: false, status })).toEqual(['over', 'Evicted', 'The node was low on resource: memory.']);
  });

  it('on a lost node is ill', () => {
    expect(ailing({ ready: false, status: { phase: 'Running', reason: 'NodeLost' } })[0]).toBe('ill');
  });

  it.each([
    'CrashLoopBackOff',
    'ImagePullBackOff',
    'InvalidImageName',
    'CreateContainerConfigError',
    'RunContainerError',
  ])('that waits with %s is ill', (reason) => {
    expect(ailing(unready(waiting(reason, 'why')))).toEqual(['ill', reason, 'why']);
  });

  it('has the exit of its crash, and 137 is a lack of memory only when it is called so', () => {
    expect(ailing(unready(crashing(3, 'OOMKilled', 137)))[1]).toBe('CrashLoopBackOff (OOMKilled, exit 137)');
    expect(ailing(unready(crashing(3, 'Error', 137)))[1]).toBe('CrashLoopBackOff (Error, exit 137 (SIGKILL))');
    expect(ailing(unready(crashing(3, 'Error', 143)))[1]).toBe('CrashLoopBackOff (Error, exit 143 (SIGTERM))');
  });

  it('whose container just ended is ill', () => {
    const ended = { state: { terminated: { reason: 'Completed', exitCode: 0, finishedAt: stamp(299) } } };
    expect(ailing(unready(ended))).toEqual(['ill', 'Completed, exit 0', '']);
  });

  it('is blamed on its init container first', () => {
    const failed = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } };
    expect(ailing(withInit({}, failed))[1]).toBe('CrashLoopBackOff (Error, exit 1) in init container migrate');
    const done = { ready: true, state: { terminated: { reason: 'Completed', exitCode: 0 } } };
    expect(ailing(withInit({}, done))[1]).toBe('PodInitializing for too long');
    const slow = { state: { running: {} } };
    expect(ailing(withInit({}, slow))).toEqual(['ill', 'Pending', '']);
  });

  it('has a sidecar that counts like its other containers', () => {
    const sidecar = { restartPolicy: 'Always' };
    const failed = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } };
    expect(ailing(withInit(sidecar, failed))[1]).toBe('CrashLoopBackOff (Error, exit 1)');
  });

  it('may start for a while', () => {
    const creating = { ready: false, container: waiting('ContainerCreating') };
    expect(ailing(creating, landed + 60_000)[0]).toBe('passing');
    expect(ailing(creating)).toEqual(['ill', 'ContainerCreating for too long', '']);
    expect(ailing({ ...unready({}), readySince: stamp(270) })).toEqual(['passing', 'Starting', '']);
    expect(ailing({ ...unready({}), readySince: stamp(100) })).toEqual([
      'ill',
      'Running, not ready: its probe fails',
      '',
    ]);
  });

  it('that is ready between two crashes is not well', () => {
    const last = { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: stamp(200) } } };
    const container = { restartCount: 4, ...last };
    expect(ailing({ container })).toEqual(['ill', 'Ready, but it crashed lately (OOMKilled, exit 137)', '']);
    expect(ailing({ container }, now + 3_600_000)).toEqual(['well', 'Ready', '']);
  });
});

describe('pods', () => {
  const oom = (name: string, restarts: number, finishedAt: string): JsonObject =>
    pod(name, {
      ready: false,
      container: crashing(restarts, 'OOMKilled', 137, finishedAt),
      spec: { containers: [{ name: 'app', image: 'a', resources: { limits: { memory: '512Mi' } } }] },
    });
  const pods = [
    pod('good', {}),
    ...[1, 2, 3, 4].map((n) => oom(`bad-${n}`, n, stamp(200))),
    oom('bad-5', 12, stamp(260)),
  ].map(readPod);

  it('that have the same are told together, the ill ones first', () => {
    const groups = groupPods(pods, now);
    expect(groups.flatMap((group) => printGroup(group, pods.length, now))).toEqual([
      '5 of 6 pods: CrashLoopBackOff (OOMKilled, exit 137), up to 12 restarts, last 40 s ago, limit 512Mi',
      '  back-off 5m0s restarting failed container',
      '  bad-1, bad-2, bad-3 and 2 more',
      '1 of 6 pods: Ready',
    ]);
  });

  it('that are worst are two, by their restarts', () => {
    expect(worstContainers(groupPods(pods, now)).map(({ pod: { name } }) => name)).toEqual(['bad-5', 'bad-4']);
  });
});
