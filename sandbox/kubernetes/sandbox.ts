/** The sandbox as tests and the demo hold it: what happens in the cluster, what can be seen, what can be made to go wrong. */

import type { Clock } from '../clock.ts';
import type { CallRecord } from './api/calls.ts';
import type { User } from './api/users.ts';
import type { Behaviour } from './controllers/behaviour.ts';
import { tick } from './controllers/tick.ts';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from './json.ts';
import type { KubernetesObject } from './kinds.ts';
import { mergePatch } from './patches/merge-patch.ts';
import { strategicMerge } from './patches/strategic.ts';
import { plant } from './seed/seed.ts';
import { glance, stateOf, type State } from './state.ts';
import { remove } from './store/remove.ts';
import { resourceNamed } from './store/resources.ts';
import { update } from './store/write.ts';
import { afflict } from './troubles/afflict.ts';
import type { FaultOrder } from './troubles/faults.ts';
import { adopt, release, type GitOps } from './troubles/gitops.ts';
import type { World } from './world.ts';

/**
 * Kinds may be given by any of their names: `Deployment`, `deployments`, `deploy`. Whatever is done here is done past the
 * front door: no token, no faults, but by the same rules of writing, so it throws what the server would refuse.
 */
export type Sandbox = {
  readonly clock: Clock;
  /** Creates an object from what one would write into a file; its namespace is `shop` when it names none. */
  readonly create: (object: JsonObject) => KubernetesObject;
  /** Merges into an object, as a colleague or another tool (`manager`) would; null removes. */
  readonly change: (
    kind: string,
    namespace: string,
    name: string,
    change: JsonObject,
    manager?: string,
  ) => KubernetesObject;
  /** Deploys another image in the first container. `cause` becomes the change-cause. */
  readonly deploy: (kind: string, namespace: string, name: string, image: string, cause?: string) => KubernetesObject;
  readonly remove: (kind: string, namespace: string, name: string) => void;

  /** Throws when there is no such object. */
  readonly get: (kind: string, namespace: string, name: string) => KubernetesObject;
  readonly find: (kind: string, namespace: string, name: string) => KubernetesObject | undefined;
  readonly list: (kind: string, namespace?: string) => readonly KubernetesObject[];

  readonly fault: (order: FaultOrder) => void;
  readonly clearFaults: () => void;
  /** Adds a user, or replaces the one with that token. */
  readonly user: (user: User) => void;
  /** From now on the token is answered with 401. */
  readonly expireToken: (token: string) => void;
  /** Lets Argo CD or Flux keep a workload as it is now. */
  readonly gitops: (order: GitOps) => void;
  readonly release: (namespace: string, name: string) => void;
  /** How many replicas the metrics call for from now on; null is as many as there are. */
  readonly demand: (namespace: string, autoscaler: string, replicas: number | null) => void;
  /** Lets the pods of a workload that run now go bad, so that a restart helps. Gives back their names. */
  readonly afflict: (namespace: string, workload: string, behaviour: Behaviour) => readonly string[];
  /** What containers of the workload write from now on; null is the usual. */
  readonly setLog: (namespace: string, workload: string, lines: readonly string[] | null) => void;
  /** Forgets past versions: watches and pages that begin there get 410. */
  readonly compact: () => void;
  /** Ends all watches, with the error 410 or without a word. */
  readonly endWatches: (how: 'cut' | 'expire') => void;

  /** One step of all controllers, now. */
  readonly tick: () => void;
  readonly reset: () => void;
  readonly state: () => State;
  /** Workloads and pods as text. */
  readonly glance: () => string;
  readonly calls: () => readonly CallRecord[];
  /** Waits until the check gives something true-ish and returns it. `withinMs` is real time, 5000 when left out. */
  readonly until: <T>(check: () => T | null | undefined | false, withinMs?: number) => Promise<T>;
  /** Throws when a controller of the sandbox itself broke. */
  readonly assertSound: () => void;
};

/** What a fresh world is made of after a reset. */
export type Worlds = { readonly current: () => World; readonly reset: () => void };

function find(world: World, kind: string, namespace: string, name: string): KubernetesObject | undefined {
  return world.store.get(resourceNamed(kind), namespace, name);
}

function get(world: World, kind: string, namespace: string, name: string): KubernetesObject {
  const object = find(world, kind, namespace, name);
  if (!object) throw new Error(`there is no ${kind} ${namespace}/${name} in this cluster`);
  return object;
}

function change(world: World, object: KubernetesObject, patch: JsonObject, manager: string): KubernetesObject {
  const merged = mergePatch(object, patch);
  if (!isObject(merged)) throw new Error('a change has to leave an object');
  return update(world, resourceNamed(object.kind), object, merged, { manager, operation: 'Update' });
}

function deploy(world: World, object: KubernetesObject, image: string, cause?: string): KubernetesObject {
  const [first] = objectsAt(objectAt(objectAt(object.spec, 'template'), 'spec'), 'containers');
  const name = stringAt(first, 'name');
  if (name === '') throw new Error(`${object.kind} ${object.metadata.name} has no container to deploy into`);
  const template = { spec: { containers: [{ name, image }] } };
  const annotations = cause === undefined ? {} : { annotations: { 'kubernetes.io/change-cause': cause } };
  const merged = strategicMerge(object, { metadata: annotations, spec: { template } });
  if (!isObject(merged)) throw new Error('a deploy has to leave an object');
  return update(world, resourceNamed(object.kind), object, merged, { manager: 'kubectl-set', operation: 'Update' });
}

async function until<T>(world: World, check: () => T | null | undefined | false, withinMs: number): Promise<T> {
  const limit = Date.now() + withinMs;
  for (;;) {
    const found = check();
    if (found) return found;
    if (Date.now() > limit) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited ${withinMs} ms in vain; this is the cluster:\n${glance(world)}`);
}

function troubles(current: () => World) {
  return {
    fault: (order: FaultOrder): void => current().faults.order(order),
    clearFaults: (): void => current().faults.clear(),
    user: (user: User): void => current().users.put(user),
    expireToken(token: string): void {
      const user = current().users.withToken(token);
      if (!user) throw new Error(`nobody has the token ${token}`);
      current().users.put({ ...user, expired: true });
    },
    gitops: (order: GitOps): void => adopt(current(), order),
    release: (namespace: string, name: string): void => release(current(), namespace, name),
    demand(namespace: string, autoscaler: string, replicas: number | null): void {
      if (replicas === null) current().demand.delete(`${namespace}/${autoscaler}`);
      else current().demand.set(`${namespace}/${autoscaler}`, replicas);
    },
    afflict: (namespace: string, workload: string, behaviour: Behaviour) =>
      afflict(current(), namespace, workload, behaviour),
    setLog(namespace: string, workload: string, lines: readonly string[] | null): void {
      if (lines === null) current().logs.delete(`${namespace}/${workload}`);
      else current().logs.set(`${namespace}/${workload}`, lines);
    },
    compact: (): void => current().store.compact(),
    endWatches: (how: 'cut' | 'expire'): void => [...current().watches].forEach((end) => end(how)),
  };
}

/** Ties everything to the world as it is at that moment. */
export function createSandbox({ current, reset }: Worlds): Sandbox {
  return {
    ...troubles(current),
    clock: current().clock,
    create: (object) => plant(current(), object),
    change: (kind, namespace, name, patch, manager = 'kubectl-edit') =>
      change(current(), get(current(), kind, namespace, name), patch, manager),
    deploy: (kind, namespace, name, image, cause) =>
      deploy(current(), get(current(), kind, namespace, name), image, cause),
    remove: (kind, namespace, name) =>
      void remove(current(), resourceNamed(kind), get(current(), kind, namespace, name)),
    get: (kind, namespace, name) => get(current(), kind, namespace, name),
    find: (kind, namespace, name) => find(current(), kind, namespace, name),
    list: (kind, namespace) => current().store.list(resourceNamed(kind), namespace),
    tick: () => tick(current()),
    reset,
    state: () => stateOf(current()),
    glance: () => glance(current()),
    calls: () => current().calls,
    until: (check, withinMs = 5000) => until(current(), check, withinMs),
    assertSound() {
      const { complaints } = current();
      if (complaints.length > 0) throw new Error(`the sandbox itself broke:\n${complaints.join('\n')}`);
    },
  };
}
