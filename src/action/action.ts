/** What is done to workloads: a verb with its parameters, the plan that previews it, and what became of it. */
import type { Instant } from '../incident/incident.ts';

/** The kinds of workload that can be acted on. */
export const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type Kind = (typeof kinds)[number];

/** A workload. */
export interface Target {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: Kind;
  readonly name: string;
}

/** `eu-1/shop/Deployment/checkout`: names a target in lanes, plans and texts. */
export const nameOfTarget = ({ cluster, namespace, kind, name }: Target): string =>
  `${cluster}/${namespace}/${kind}/${name}`;

/** Reads a target's name; null when it is not one. The parts follow Kubernetes' rules for names (RFC 1123). */
export function readTarget(text: string): Target | null {
  const [cluster = '', namespace = '', kindName = '', name = '', ...rest] = text.split('/');
  const kind = kinds.find((known) => known === kindName);
  const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
  const subdomain = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;
  const fits = /^[\w.-]{1,63}$/.test(cluster) && label.test(namespace) && subdomain.test(name) && rest.length === 0;
  return kind === undefined || !fits ? null : { cluster, namespace, kind, name };
}

/** What can be done, with its parameters. */
export type Order =
  | { readonly verb: 'restart' }
  | { readonly verb: 'pause' }
  | { readonly verb: 'resume' }
  | { readonly verb: 'scale'; readonly to: number }
  /** `previous` is the newest revision whose template differs in more than restarts; a number names one. */
  | { readonly verb: 'rollback'; readonly to: 'previous' | number }
  | { readonly verb: 'delete-pod'; readonly pod: string }
  /** Null leaves a bound as it is. */
  | { readonly verb: 'set-autoscaler-bounds'; readonly min: number | null; readonly max: number | null };

/** The verbs, in the order in which people are offered them. */
export const verbs = [
  'restart',
  'scale',
  'rollback',
  'pause',
  'resume',
  'delete-pod',
  'set-autoscaler-bounds',
] as const;
/** What is done, without its parameters. */
export type Verb = Order['verb'];

/** An order in words: `scale to 6`. */
export function spokenOrder(order: Order): string {
  switch (order.verb) {
    case 'scale':
      return `scale to ${order.to}`;
    case 'rollback':
      return order.to === 'previous' ? 'roll back' : `roll back to revision ${order.to}`;
    case 'delete-pod':
      return `delete pod ${order.pod}`;
    case 'set-autoscaler-bounds': {
      const bounds = [order.min === null ? '' : `min ${order.min}`, order.max === null ? '' : `max ${order.max}`];
      return `set the autoscaler to ${bounds.filter((bound) => bound !== '').join(', ')}`;
    }
    case 'restart':
    case 'pause':
    case 'resume':
      return order.verb;
  }
}

/** One line of the preview: `image of app`, `shop/checkout:1.4.2` → `shop/checkout:1.4.1`. Environment shows keys only. */
export interface Difference {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** Something to know before saying yes. `blocks` means that it is not done without break-glass. */
export interface Warning {
  readonly text: string;
  readonly blocks: boolean;
}

/** Which revision a rollback goes back to, pinned when the plan was made. */
export interface Pinned {
  readonly uid: string;
  readonly name: string;
  readonly revision: number;
  readonly templateHash: string;
  /** Vigie rolled back from it: to return takes that back, and says nothing against the version that is left. */
  readonly returns: boolean;
}

/** The preview of an order, and everything that its run is bound to. Plain JSON; no secrets. */
export interface Plan {
  readonly target: string;
  readonly order: Order;
  /** When it was made; a restart writes this very time, on every attempt. */
  readonly at: Instant;
  readonly uid: string;
  readonly generation: number;
  readonly templateHash: string;
  /** Null for a DaemonSet. */
  readonly replicas: number | null;
  readonly paused: boolean;
  readonly pinned: Pinned | null;
  /** When the newest version was rolled out, restarts not counted; null when nobody knows. */
  readonly deployedAt: Instant | null;
  /** Uid of the pod that `delete-pod` is bound to, or of the autoscaler. */
  readonly object: { readonly name: string; readonly uid: string } | null;
  readonly differences: readonly Difference[];
  /** Facts worth knowing: how long the target revision lived, that nothing runs. */
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
  /** What would undo it, decided before it is done; null when nothing does (a restart). */
  readonly inverse: Order | null;
  /** SHA-256 (hex) over uid, template hashes, order, and for scale the replicas; never over resource versions. */
  readonly digest: string;
}

/** Where a deed landed, for those who watch it. */
export interface Mark {
  readonly uid: string;
  readonly generation: number;
  readonly templateHash: string;
  /** The server's clock when it landed: older conditions are of an earlier rollout. */
  readonly serverTime: Instant;
}

/** How a run ended. `unknown` is never run again by itself: a human looks. */
export type RunOutcome = 'succeeded' | 'failed' | 'superseded' | 'drifted' | 'expired' | 'unknown';

/** How far a rollout is. */
export interface Progress {
  readonly state: 'observing' | 'progressing' | 'degraded' | 'paused' | 'blocked';
  /** Pods that are new and available. */
  readonly done: number;
  readonly total: number;
  /** What stands in the way, in words; empty when nothing does. */
  readonly says: string;
}

/** Events that the worker's effects end with. `run` names the run: `12-1`, the first of incident 12. */
export type RunEvent = { readonly at: Instant; readonly run: string } & (
  | { readonly type: 'PlanMade'; readonly plan: Plan }
  /** No plan: the target is gone, the verb does not fit, the configuration or the cluster says no. */
  | { readonly type: 'PlanRefused'; readonly says: string }
  | { readonly type: 'ActionLanded'; readonly mark: Mark; readonly says: string }
  | { readonly type: 'RolloutMoved'; readonly progress: Progress; readonly mark: Mark }
  | {
      readonly type: 'RunEnded';
      readonly outcome: RunOutcome;
      readonly says: string;
      /** The pod that keeps a StatefulSet from recovering. */ readonly stuck: string | null;
    }
  /** Somebody or something else changed what had been done, after it had succeeded. */
  | { readonly type: 'ChangeLost'; readonly says: string }
);

/** Effects of the Kubernetes room. */
export type RunEffect =
  | { readonly type: 'kubernetes.plan'; readonly run: string; readonly target: string; readonly order: Order }
  | {
      readonly type: 'kubernetes.run';
      readonly run: string;
      readonly target: string;
      readonly plan: Plan;
      /** Who asked, for the marker and the change cause. */
      readonly by: string;
      /** Not sent after this. */
      readonly expires: Instant;
      /** Overrides what blocks (never what the cluster itself denies). */
      readonly breakGlass: boolean;
    }
  | {
      readonly type: 'kubernetes.watch';
      readonly run: string;
      readonly target: string;
      readonly plan: Plan;
      readonly mark: Mark;
      /** The last progress that was recorded: only another one is news. */
      readonly seen: Progress | null;
      readonly until: Instant;
    }
  /** Look once more, not before `at`: does what landed still stand? */
  | {
      readonly type: 'kubernetes.recheck';
      readonly at: Instant;
      readonly run: string;
      readonly target: string;
      readonly plan: Plan;
      readonly mark: Mark;
    };
