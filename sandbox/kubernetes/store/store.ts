/** What is stored, under one global version counter, with a memory of changes for those who watch. */

import type { KubernetesObject } from '../kinds.ts';
import { qualified, type Resource } from './resources.ts';

/** One change of one object. A removed object carries the version of its removal. */
export type Change = {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The resource's qualified name, such as `deployments.apps`. */
  readonly resource: string;
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | null;
};

/** The cluster's memory. Objects in it are never changed, only replaced. */
export type Store = {
  /** The version of the latest change. */
  readonly version: () => number;
  readonly get: <T extends KubernetesObject>(resource: Resource<T>, namespace: string, name: string) => T | undefined;
  /** The objects of a namespace, or of all of them, in the order of their keys. */
  readonly list: <T extends KubernetesObject>(resource: Resource<T>, namespace?: string) => readonly T[];
  /** Stores an object under the next version and gives it back with that version. */
  readonly put: <T extends KubernetesObject>(resource: Resource<T>, object: T) => T;
  readonly remove: <T extends KubernetesObject>(resource: Resource<T>, object: T) => T;
  /** What changed after that version, or null when that is no longer remembered. */
  readonly since: (version: number) => readonly Change[] | null;
  /** Forgets all changes so far, as etcd does every five minutes. */
  readonly compact: () => void;
  /** Calls back on every change until the returned function is called. */
  readonly watch: (listener: (change: Change) => void) => () => void;
};

/** How many changes are remembered. */
const memory = 5000;

function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** The objects of each resource. Controllers list everything at every tick, so a list is kept until something changes. */
function createShelves() {
  const maps = new Map<string, Map<string, KubernetesObject>>();
  const lists = new Map<string, readonly KubernetesObject[]>();

  function mapOf<T extends KubernetesObject>(resource: Resource<T>): Map<string, T> {
    const name = qualified(resource);
    const map = maps.get(name) ?? new Map<string, KubernetesObject>();
    maps.set(name, map);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the map of a resource holds objects of its kind only
    return map as unknown as Map<string, T>;
  }

  /** All objects of a resource, by name. */
  function listOf<T extends KubernetesObject>(resource: Resource<T>): readonly T[] {
    const name = qualified(resource);
    const known = lists.get(name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    if (known !== undefined) return known as unknown as readonly T[];
    const entries = [...mapOf(resource)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const made = entries.map(([, object]) => object);
    lists.set(name, made);
    return made;
  }

  return { mapOf, listOf, changed: (resource: string): void => void lists.delete(resource) };
}

/** An empty store. Versions do not begin at 1, so that nobody takes them for counts. */
export function createStore(): Store {
  const { mapOf, listOf, changed } = createShelves();
  const listeners = new Set<(change: Change) => void>();
  let changes: Change[] = [];
  let version = 1000;
  let forgotten = version;

  function tell(change: Change): void {
    changed(change.resource);
    changes.push(change);
    if (changes.length > memory) forgotten = changes.splice(0, changes.length - memory).at(-1)?.version ?? forgotten;
    for (const listener of listeners) listener(change);
  }

  function stamped<T extends KubernetesObject>(object: T): T {
    version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  }

  return {
    version: () => version,
    get: (resource, namespace, name) => mapOf(resource).get(`${namespace}/${name}`),
    list(resource, namespace) {
      const found = listOf(resource);
      return namespace === undefined ? found : found.filter(({ metadata }) => metadata.namespace === namespace);
    },
    put(resource, object) {
      const map = mapOf(resource);
      const before = map.get(keyOf(object)) ?? null;
      const stored = stamped(object);
      map.set(keyOf(object), stored);
      tell({ version, type: before ? 'MODIFIED' : 'ADDED', resource: qualified(resource), object: stored, before });
      return stored;
    },
    remove(resource, object) {
      const before = mapOf(resource).get(keyOf(object)) ?? null;
      mapOf(resource).delete(keyOf(object));
      const removed = stamped(object);
      tell({ version, type: 'DELETED', resource: qualified(resource), object: removed, before });
      return removed;
    },
    since: (from) => (from < forgotten ? null : changes.filter((change) => change.version > from)),
    compact() {
      changes = [];
      forgotten = version;
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
