/** What the kubelet says about a pod when its containers change. */

import { numberAt, objectAt, objectsAt, stringAt, type JsonObject } from '../json.ts';
import type { Pod } from '../kinds.ts';
import { behaviourOf } from './behaviour.ts';
import type { Remark } from './events.ts';

type Said = Omit<Remark, 'from'>;

const normal = (reason: string, message: string): Said => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): Said => ({ type: 'Warning', reason, message });

function waitingReason(status: JsonObject | undefined): string {
  return stringAt(objectAt(objectAt(status, 'state'), 'waiting'), 'reason');
}

function isRunning(status: JsonObject | undefined): boolean {
  return objectAt(objectAt(status, 'state'), 'running')['startedAt'] !== undefined;
}

function waitingEvents(reason: string, name: string, image: string, pod: Pod, message: string): readonly Said[] {
  const where = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  switch (reason) {
    case 'ContainerCreating':
      return [normal('Pulling', `Pulling image "${image}"`)];
    case 'ErrImagePull':
      return [
        warning('Failed', `Failed to pull image "${image}": ${message}`),
        warning('Failed', 'Error: ErrImagePull'),
      ];
    case 'ImagePullBackOff':
      return [normal('BackOff', `Back-off pulling image "${image}"`), warning('Failed', 'Error: ImagePullBackOff')];
    case 'CrashLoopBackOff':
      return [warning('BackOff', `Back-off restarting failed container ${name} in pod ${where}`)];
    default:
      return [];
  }
}

function containerEvents(pod: Pod, before: JsonObject | undefined, after: JsonObject): readonly Said[] {
  const [name, image] = [stringAt(after, 'name'), stringAt(after, 'image')];
  const reason = waitingReason(after);
  if (reason !== '' && reason !== waitingReason(before)) {
    const message = stringAt(objectAt(objectAt(after, 'state'), 'waiting'), 'message');
    return waitingEvents(reason, name, image, pod, message);
  }
  const restarted = numberAt(after, 'restartCount') !== (numberAt(before, 'restartCount') ?? 0);
  if (isRunning(after) && (!isRunning(before) || restarted)) {
    const pulled = restarted
      ? `Container image "${image}" already present on machine`
      : `Successfully pulled image "${image}" in 412ms (412ms including waiting). Image size: 28734592 bytes.`;
    return [
      normal('Pulled', pulled),
      normal('Created', `Created container: ${name}`),
      normal('Started', `Started container ${name}`),
    ];
  }
  return [];
}

function isReady(status: JsonObject | undefined): boolean {
  return status?.['ready'] === true;
}

/** The events of one step of a pod. */
export function lifeEvents(before: Pod, after: Pod): readonly Said[] {
  const old = objectsAt(before.status, 'containerStatuses');
  return objectsAt(after.status, 'containerStatuses').flatMap((status) => {
    const was = old.find((each) => each['name'] === status['name']);
    const failing = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
    const slow = behaviourOf(stringAt(status, 'image')) === 'slow';
    const started = slow && isRunning(status) && !isRunning(was) && !isReady(status);
    const lost = isReady(was) && !isReady(status);
    const probe = started || lost ? [warning('Unhealthy', failing)] : [];
    return [...containerEvents(after, was, status), ...probe];
  });
}
