/** A recipe: how one verb is planned, written, and recognised when it has landed. One for each in `actions/`. */
import type { Kind, Order, Pinned, Plan, Target, Warning } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import type { Around } from './around.ts';
import type { Cluster } from './cluster.ts';
import type { JsonObject } from './json.ts';
import type { Sign } from './marker.ts';
import type { FieldPath } from './ownership.ts';
import type { Patch } from './patching.ts';
import type { Past } from './revisions.ts';

/** What there is to look at while planning. */
export interface Scene {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly workload: JsonObject;
  readonly around: Around;
  /** Its revisions, newest first; null when they can't be read. */
  readonly past: readonly Past[] | null;
  readonly now: Instant;
}

/** What a recipe adds to a plan. */
export interface Draft {
  readonly pinned: Pinned | null;
  readonly object: Plan['object'];
  readonly inverse: Order | null;
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
  /** The fields that are written, and the object that has them: whoever owns them may take the change back. */
  readonly fields: readonly FieldPath[];
  readonly subject: JsonObject;
  /** Whether pods are replaced, so that strategies and budgets matter. */
  readonly rolls: boolean;
  /** How many pods more there are in the end. */
  readonly morePods: number;
}

/** What is sent. A patch holds the resource version; a removal names the uid. */
export type Write =
  | { readonly path: string; readonly patch: Patch }
  | { readonly path: string; readonly remove: JsonObject };

/** Whether a plan still fits what is there. */
export type Fit = 'fits' | { readonly already: string } | { readonly drifted: string };

/** What a write is made of: the plan, who signs, the object as it is now, and the pinned template. */
export interface Material {
  readonly plan: Plan;
  readonly target: Target;
  readonly sign: Sign;
  /** The object that is written; only its resource version, and whether it has annotations, get into the body. */
  readonly subject: JsonObject;
  /** The template of the pinned revision, for a rollback. */
  readonly template: JsonObject | null;
}

/** How a verb is done. */
export interface Recipe {
  readonly kinds: readonly Kind[];
  /** Reads what it needs; says what would follow, or why it is not done. */
  readonly draft: (scene: Scene) => Promise<Draft | Refusal>;
  /** Where the object lives that is written. */
  readonly path: (plan: Pick<Plan, 'object'>, target: Target) => string;
  /** The uid that the object must have. */
  readonly uid: (plan: Plan) => string;
  /** What it means that the object is gone, or that another one has its name. */
  readonly absent: (plan: Plan, replaced: boolean) => Fit;
  /** Compares the plan with the object as it is now. */
  readonly fits: (plan: Plan, subject: JsonObject) => Fit;
  /** Fetches the pinned template; null when the verb needs none, a sentence when it is gone. */
  readonly template: (plan: Plan, target: Target, cluster: Cluster) => Promise<JsonObject | null | Refusal>;
  /** What to send: from the plan only, the same on every attempt. */
  readonly write: (material: Material) => Write;
  /** Looks for traces of this plan's having landed, after somebody else took the marker away. */
  readonly trace: (plan: Plan, target: Target, cluster: Cluster, subject: JsonObject) => Promise<boolean>;
}
