/** Everything one simulated cluster knows, in one value that its parts pass around. */

import type { Clock } from '../clock.ts';
import { createUsers, type User, type Users } from './api/users.ts';
import type { CallRecord } from './api/calls.ts';
import { createIds, type Ids } from './ids.ts';
import type { Pace } from './pace.ts';
import { createStore, type Store } from './store/store.ts';
import { createFaults, type Faults } from './troubles/faults.ts';
import type { Affliction } from './troubles/afflict.ts';
import type { Reverter } from './troubles/gitops.ts';

/** The state of a sandbox. A reset makes a new one; only the clock goes on. */
export type World = {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly store: Store;
  readonly ids: Ids;
  readonly users: Users;
  readonly faults: Faults;
  /** Every request to the API, oldest first. */
  readonly calls: CallRecord[];
  /** Milliseconds since 1970: the clock's, or the past while a seed is played. */
  readonly now: () => number;
  /** The moment that a seed is being played at, or null. */
  readonly past: { at: number | null };
  /** When something was seen for the first time, in milliseconds: a pod, its end, a generation. */
  readonly firstSeen: Map<string, number>;
  /** Pods that misbehave although their image does not say so, by uid. */
  readonly afflictions: Map<string, Affliction>;
  /** Log lines by `namespace/workload`, in place of the usual ones. */
  readonly logs: Map<string, readonly string[]>;
  readonly reverters: Reverter[];
  /** How many replicas the metrics call for, by `namespace/autoscaler`. */
  readonly demand: Map<string, number>;
  /** When autoscalers last looked. */
  readonly autoscaled: { at: number };
  /** Ends all watches; each is given a way to end it. */
  readonly watches: Set<WatchEnd>;
  /** Complaints about the sandbox itself, such as a controller that threw. */
  readonly complaints: string[];
};

/** How to end a watch: silently, or with the error that its version has expired. */
export type WatchEnd = (how: 'cut' | 'expire') => void;

/** A cluster in which nothing has happened yet. */
export function createWorld(given: { clock: Clock; pace: Pace; users: readonly User[] }): World {
  const past: { at: number | null } = { at: null };
  return {
    clock: given.clock,
    pace: given.pace,
    store: createStore(),
    ids: createIds(),
    users: createUsers(given.users),
    faults: createFaults(),
    calls: [],
    now: () => past.at ?? given.clock.now(),
    past,
    firstSeen: new Map(),
    afflictions: new Map(),
    logs: new Map(),
    reverters: [],
    demand: new Map(),
    autoscaled: { at: 0 },
    watches: new Set(),
    complaints: [],
  };
}

/** A time as the API writes it: RFC 3339 in whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** When this was asked for the first time: now, if it never was. */
export function firstSeen(world: World, key: string): number {
  const at = world.firstSeen.get(key) ?? world.now();
  world.firstSeen.set(key, at);
  return at;
}
