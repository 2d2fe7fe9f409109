/** Why a pod is as it is: the first reason that applies, from the most to the least certain. */
import type { Duration, Instant } from '../../incident/incident.ts';
import { conditionOf, type Container, type Exit, isReady, lasting, type Pod, spokenExit } from './pods.ts';
import { shown } from './plain.ts';

/** What a pod has. */
export interface Ailment {
  /** `passing` mends itself or is too young to tell; `over` is a pod that ended and only remains to be seen. */
  readonly grade: 'well' | 'passing' | 'ill' | 'over';
  /** In words that are the same for all pods that have it: `CrashLoopBackOff (OOMKilled, exit 137)`. */
  readonly reason: string;
  /** What the cluster says about it; empty for nothing. Not masked. */
  readonly said: string;
  /** The container that it is about. */
  readonly container: Container | null;
  /** How it ended last. */
  readonly exit: Exit | null;
}

/** A crash so long ago still counts. */
const recently: Duration = 10 * 60_000;

/** Pods may take so long to start or to end before it is odd. */
const young: Duration = 60_000;

/** Says what a pod has. */
export function ailmentOf(pod: Pod, now: Instant): Ailment {
  const age = now - (pod.createdAt ?? now);
  return leaving(pod, now) ?? ofWhole(pod) ?? ofContainers(pod, age) ?? unscheduled(pod) ?? running(pod, age, now);
}

const ailment = (grade: Ailment['grade'], reason: string, said = '', container: Container | null = null): Ailment => ({
  ...{ grade, reason, said, container },
  exit: container?.exit ?? container?.last ?? null,
});

function leaving({ deletedAt }: Pod, now: Instant): Ailment | null {
  if (deletedAt === null) return null;
  return now - deletedAt > young
    ? ailment('ill', 'Terminating, but it does not end')
    : ailment('passing', 'Terminating');
}

/** Evicted, Preempting, NodeLost, NodeAffinity. */
function ofWhole({ message, phase, reason }: Pod): Ailment | null {
  if (reason === '') return phase === 'Failed' ? ailment('over', 'Failed', message) : null;
  return ailment(phase === 'Failed' || phase === 'Succeeded' ? 'over' : 'ill', shown(reason, 60), message);
}

function ofContainers(pod: Pod, age: Duration): Ailment | null {
  const init = pod.containers.filter(({ kind }) => kind === 'init');
  for (const container of [...init, ...lasting(pod)]) {
    const { exit, kind, last, message, name, reason, state } = container;
    const where = kind === 'init' ? ` in init container ${shown(name, 63)}` : '';
    if (state === 'waiting' && !isStarting(reason)) {
      const ended = last === null ? '' : ` (${shown(spokenExit(last), 60)})`;
      return ailment('ill', `${shown(reason, 60)}${ended}${where}`, message, container);
    }
    if (state === 'waiting' && age > 2 * young && (kind === 'init' || !isWaitingForInit(init, reason))) {
      return ailment('ill', `${shown(reason || 'waiting', 60)} for too long${where}`, message, container);
    }
    if (exit !== null && !(kind === 'init' && exit.code === 0)) {
      return ailment('ill', `${shown(spokenExit(exit), 60)}${where}`, exit.message, container);
    }
  }
  return null;
}

const isStarting = (reason: string): boolean => ['', 'ContainerCreating', 'PodInitializing'].includes(reason);

const isWaitingForInit = (init: readonly Container[], reason: string): boolean =>
  reason === 'PodInitializing' && init.some(({ state }) => state === 'running');

function unscheduled(pod: Pod): Ailment | null {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.holds !== false) return null;
  return ailment('ill', shown(scheduled.reason, 60) || 'Unschedulable', scheduled.message);
}

function running(pod: Pod, age: Duration, now: Instant): Ailment {
  const containers = lasting(pod);
  const crashed = containers.find(({ last }) => last !== null && last.code !== 0 && now - (last.at ?? 0) < recently);
  if (isReady(pod)) {
    const last = crashed?.last ?? null;
    if (crashed === undefined || last === null) return ailment('well', 'Ready');
    return ailment('ill', `Ready, but it crashed lately (${shown(spokenExit(last), 60)})`, '', crashed);
  }
  if (pod.phase !== 'Running') return ailment(age > 2 * young ? 'ill' : 'passing', shown(pod.phase, 40) || 'Unknown');
  const unready = containers.find(({ ready }) => !ready) ?? null;
  if (unready === null) return ailment(age > young ? 'ill' : 'passing', 'Not ready: a readiness gate is closed');
  const since = conditionOf(pod, 'Ready')?.changedAt ?? pod.createdAt ?? now;
  const grade = crashed !== undefined || now - since > young ? 'ill' : 'passing';
  return ailment(grade, grade === 'ill' ? 'Running, not ready: its probe fails' : 'Starting', '', unready);
}
