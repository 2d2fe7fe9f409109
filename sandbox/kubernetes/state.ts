/** What the cluster looks like at a glance, and in full. */

import { age, columnsOf } from './api/columns.ts';
import type { CallRecord } from './api/calls.ts';
import type { JsonValue } from './json.ts';
import type { KubernetesObject } from './kinds.ts';
import { qualified, resources } from './store/resources.ts';
import type { FaultOrder } from './troubles/faults.ts';
import type { World } from './world.ts';

/** Everything about a cluster as JSON. */
export type State = {
  /** Milliseconds on the sandbox's clock. */
  readonly now: number;
  readonly version: number;
  /** By resource, the columns that `kubectl get -o wide` shows. */
  readonly overview: { readonly [resource: string]: readonly { readonly [column: string]: JsonValue }[] };
  /** By resource, the objects themselves. */
  readonly objects: { readonly [resource: string]: readonly KubernetesObject[] };
  readonly faults: readonly FaultOrder[];
  readonly users: readonly string[];
  readonly watches: number;
  readonly calls: { readonly [user: string]: number };
  readonly complaints: readonly string[];
};

function row(object: KubernetesObject, now: number): { readonly [column: string]: JsonValue } {
  const cells = columnsOf(object.kind).map(({ name, cell }) => [name, cell(object, now)] as const);
  const { namespace } = object.metadata;
  return { ...(namespace === undefined ? {} : { Namespace: namespace }), ...Object.fromEntries(cells) };
}

function counts(calls: readonly CallRecord[]): { readonly [user: string]: number } {
  const users = [...new Set(calls.map(({ user }) => user))];
  return Object.fromEntries(users.map((user) => [user, calls.filter((call) => call.user === user).length]));
}

/** The state of a cluster at this moment. */
export function stateOf(world: World): State {
  const now = world.now();
  const all = resources.map((resource) => [qualified(resource), world.store.list(resource)] as const);
  return {
    now,
    version: world.store.version(),
    overview: Object.fromEntries(all.map(([name, objects]) => [name, objects.map((each) => row(each, now))])),
    objects: Object.fromEntries(all),
    faults: world.faults.pending(),
    users: world.users.all().map(({ name }) => name),
    watches: world.watches.size,
    calls: counts(world.calls),
    complaints: world.complaints,
  };
}

/** The workloads and pods of a cluster as text, for people and for messages of failed tests. */
export function glance(world: World): string {
  const now = world.now();
  return resources
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'].includes(kind))
    .flatMap((resource) => world.store.list(resource))
    .map((object) => {
      const cells = columnsOf(object.kind).filter(({ wide, name }) => !wide && name !== 'Age');
      const values = cells.map(({ name, cell }) =>
        name === 'Name' ? object.metadata.name : `${name} ${JSON.stringify(cell(object, now)).replaceAll('"', '')}`,
      );
      return `${object.kind} ${values.join(', ')}, ${age(object.metadata.creationTimestamp, now)} old`;
    })
    .join('\n');
}
