/** What containers wrote: `pods/<name>/log`, also of the container before the last crash. */

import { behaviourOf } from '../controllers/behaviour.ts';
import { containerLife } from '../controllers/pods.ts';
import { pods } from '../store/resources.ts';
import type { Pod } from '../kinds.ts';
import { timestamp, type World } from '../world.ts';
import type { ResourceRequest } from './request.ts';
import { badRequest, notFound } from './status.ts';

/** One line and when it was written. */
type LogLine = { readonly at: number; readonly text: string };

function containerOf(pod: Pod, asked: string | null): { readonly name: string; readonly image: string } {
  const { name } = pod.metadata;
  const names = pod.spec.containers.map((each) => each.name);
  const [only] = pod.spec.containers;
  if (asked === null && only && names.length === 1) return only;
  if (asked === null)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  const found = pod.spec.containers.find((each) => each.name === asked);
  if (!found) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  return found;
}

/** The name of the workload that a pod was made for, as its `app` label says. */
function workloadOf({ metadata }: Pod): string {
  return metadata.labels?.['app'] ?? metadata.labels?.['app.kubernetes.io/name'] ?? metadata.name;
}

const lastWords: { readonly [behaviour: string]: readonly string[] } = {
  crash: [
    'ERROR cannot read configuration: key "payment.endpoint" is missing',
    'FATAL start-up failed: TypeError: Cannot read properties of undefined (reading "endpoint")',
    '    at loadConfig (/app/config.js:42:17)',
  ],
  oom: ['INFO warming cache: 400000 entries', 'WARN heap 498 MiB of 512 MiB'],
};

/** What one run of the container wrote; the last words only of one that ended. */
function written(world: World, pod: Pod, image: string, from: number, ended: boolean): readonly LogLine[] {
  const workload = workloadOf(pod);
  const set = world.logs.get(`${pod.metadata.namespace}/${workload}`);
  const struck = world.afflictions.get(pod.metadata.uid)?.behaviour;
  const dying = ended ? (lastWords[struck ?? behaviourOf(image)] ?? []) : [];
  const starting = [`INFO ${workload} ${image} starting`];
  const usual = [...starting, ...(dying.length > 0 ? dying : ['INFO listening on :8080', 'INFO ready'])];
  return (set ?? usual).map((text, index) => ({ at: from + index * 150, text }));
}

function linesOf(
  world: World,
  pod: Pod,
  container: { name: string; image: string },
  previous: boolean,
): readonly LogLine[] {
  const { name, image } = container;
  const { life, base } = containerLife(world, pod, image);
  const named = `container "${name}" in pod "${pod.metadata.name}"`;
  if (previous) {
    if (!life.last) throw badRequest(`previous terminated ${named} not found`);
    return written(world, pod, image, base + life.last.from, true);
  }
  if (life.state.is === 'running') return written(world, pod, image, base + life.state.from, false);
  if (life.last) return written(world, pod, image, base + life.last.from, true);
  const { reason } = life.state;
  const why = reason === 'ContainerCreating' ? reason : 'trying and failing to pull image';
  throw badRequest(`${named} is waiting to start: ${why}`);
}

/** GET of a log. Throws 400 when there is none. */
export function readLog(world: World, { place, incoming }: ResourceRequest): string {
  const pod = world.store.get(pods, place.namespace, place.name);
  if (!pod) throw notFound(pods, place.name);
  const query = incoming.url.searchParams;
  const container = containerOf(pod, query.get('container'));
  if (pod.spec.nodeName === undefined) throw badRequest(`pod ${place.name} does not have a host assigned`);
  const all = linesOf(world, pod, container, query.get('previous') === 'true');
  const tail = query.get('tailLines');
  const seconds = query.get('sinceSeconds');
  const recent = seconds === null ? all : all.filter(({ at }) => at >= world.now() - Number(seconds) * 1000);
  const lines = tail === null ? recent : recent.slice(Math.max(0, recent.length - Number(tail)));
  const stamped = query.get('timestamps') === 'true';
  const text = lines.map((line) => `${stamped ? `${timestamp(line.at)} ` : ''}${line.text}\n`).join('');
  const limit = query.get('limitBytes');
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit)).toString('utf8');
}
