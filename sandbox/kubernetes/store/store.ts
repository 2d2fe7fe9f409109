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

function keyOf({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}

/** Where the first object is whose key does not come before this one. */
function placeOf(shelf: readonly KubernetesObject[], key: string): number {
  let [from, to] = [0, shelf.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const there = shelf[middle];
    if (there !== undefined && keyOf(there) < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * The objects of each resource, in the order of their keys: controllers list everything at every tick, and those who are
 * in the middle of a list keep it as it was.
 */
function createShelves() {
  const shelves = new Map<string, readonly KubernetesObject[]>();

  function all<T extends KubernetesObject>(resource: Resource<T>): readonly T[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shelf of a resource holds objects of its kind only
    return (shelves.get(qualified(resource)) ?? []) as unknown as readonly T[];
  }

  function get<T extends KubernetesObject>(resource: Resource<T>, key: string): T | undefined {
    const found = all(resource)[placeOf(all(resource), key)];
    return found !== undefined && keyOf(found) === key ? found : undefined;
  }

  /** `0` is the character after `/`. */
  function within<T extends KubernetesObject>(resource: Resource<T>, namespace: string): readonly T[] {
    const shelf = all(resource);
    return shelf.slice(placeOf(shelf, `${namespace}/`), placeOf(shelf, `${namespace}0`));
  }

  /** Puts an object in its place, or takes away what has that key. */
  function place(resource: Resource, key: string, object: KubernetesObject | null): void {
    const count = get(resource, key) === undefined ? 0 : 1;
    const shelf: readonly KubernetesObject[] = all(resource);
    const next = object === null ? [] : [object];
    shelves.set(qualified(resource), shelf.toSpliced(placeOf(shelf, key), count, ...next));
  }

  return { all, get, within, place };
}

/** An empty store. Versions do not begin at 1, so that nobody takes them for counts. */
export function createStore(): Store {
  const shelves = createShelves();
  const listeners = new Set<(change: Change) => void>();
  let changes: Change[] = [];
  let version = 1000;
  let forgotten = version;

  function tell(change: Change): void {
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
    get: (resource, namespace, name) => shelves.get(resource, `${namespace}/${name}`),
    list: (resource, namespace) =>
      namespace === undefined ? shelves.all(resource) : shelves.within(resource, namespace),
    put(resource, object) {
      const before = shelves.get(resource, keyOf(object)) ?? null;
      const stored = stamped(object);
      shelves.place(resource, keyOf(object), stored);
      tell({ version, type: before ? 'MODIFIED' : 'ADDED', resource: qualified(resource), object: stored, before });
      return stored;
    },
    remove(resource, object) {
      const before = shelves.get(resource, keyOf(object)) ?? null;
      shelves.place(resource, keyOf(object), null);
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
