/** The scene after a run: what Vigie kept, what PagerDuty has, what passed the doors, and what people did. */
import type { Model } from '../model.ts';
import type { Observation } from '../observe.ts';
import type { Sent } from './door.ts';
import type { PagerDeed } from './people.ts';
import type { Told } from './postman.ts';

/** An incident of PagerDuty's. */
export interface Theirs {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly key: string;
  /** PagerDuty's id of the service. */
  readonly service: string;
  readonly status: string;
  /** Of its policy. */
  readonly policy: string;
  readonly createdAt: number;
  readonly resolvedAt: number | null;
  /** Who changed its status last: `user`, or anything else. */
  readonly changedBy: string;
  readonly changedAt: number;
  /** Trigger events that it has taken in. */
  readonly triggers: number;
  readonly notes: readonly string[];
  readonly responders: readonly { readonly user: string; readonly message: string }[];
}

/** A webhook as Vigie stored it. */
export interface Hook {
  readonly id: string;
  readonly settled: boolean;
}

/** Everything that the check looks at. */
export interface Scene {
  readonly model: Model;
  readonly observation: Observation;
  readonly theirs: readonly Theirs[];
  /** What no correct app does, in the simulator's words. */
  readonly unclean: readonly string[];
  readonly sent: readonly Sent[];
  readonly hooks: readonly Hook[];
  /** Webhooks that were taken in, and how. */
  readonly told: readonly Told[];
  /** What people did in PagerDuty. */
  readonly there: readonly PagerDeed[];
}
