/** Limits: orders that make no sense for their target, and orders that are too much. */
import type { Order, Target } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import { count, spokenTime } from './spoken.ts';

/** How far actions on a service may go. */
export interface Limits {
  readonly maxReplicas: number;
  readonly actionsPerHour: number;
}

/** Of a service that says nothing, and of workloads of no service. */
export const shippedLimits: Limits = { maxReplicas: 20, actionsPerHour: 6 };

/** No `max_replicas` is above this. */
export const mostReplicas = 10_000;

const hour = 3_600_000;

/** Why an order makes no sense for its target, wherever it runs; null when it does. */
export function refuseMisfit(order: Order, { kind, name }: Target): Refusal | null {
  switch (order.verb) {
    case 'restart':
      return null;
    case 'pause':
    case 'resume':
      if (kind === 'Deployment') return null;
      return { refused: `Only a Deployment can ${order.verb} its rollout, and ${name} is a ${kind}.` };
    case 'scale':
      if (kind === 'DaemonSet') {
        return { refused: `A DaemonSet runs one pod on every node, so ${name} can't be scaled.` };
      }
      return refuseCount(order.to, 0);
    case 'set-autoscaler-bounds':
      return refuseBounds(order, { kind, name });
    case 'rollback':
      if (order.to === 'previous' || (Number.isSafeInteger(order.to) && order.to >= 1)) return null;
      return { refused: `${order.to} is not a revision. Name one of the rollout's history, or \`previous\`.` };
    case 'delete-pod':
      if (isPodOf(order.pod, kind, name)) return null;
      return { refused: `This is not the name of a pod of the ${kind} ${name}. Copy it from the diagnosis.` };
  }
}

function refuseBounds(
  { min, max }: Extract<Order, { verb: 'set-autoscaler-bounds' }>,
  { kind, name }: Pick<Target, 'kind' | 'name'>,
): Refusal | null {
  if (kind === 'DaemonSet') {
    return { refused: `A DaemonSet runs one pod on every node, so no autoscaler scales ${name}.` };
  }
  if (min === null && max === null) return { refused: 'Say what to change: the least pods, the most pods, or both.' };
  const odd = [min, max].map((bound) => (bound === null ? null : refuseCount(bound, 1))).find((no) => no !== null);
  if (odd !== undefined) return odd;
  if (min === null || max === null || min <= max) return null;
  return { refused: `The least pods, ${min}, are more than the most, ${max}. Swap them.` };
}

function refuseCount(pods: number, least: number): Refusal | null {
  if (Number.isInteger(pods) && pods >= least && pods <= mostReplicas) return null;
  const shown = pods > mostReplicas ? 'is more pods than Vigie ever asks for' : 'is not a number of pods';
  return { refused: `${pods} ${shown}. Name a whole number from ${least} to ${mostReplicas}.` };
}

/**
 * Whether a pod's name is one that the workload's controllers would give; the worker checks the owners themselves. Long
 * names are cut to 58 characters before the random ending (Kubernetes' `generateName`).
 */
function isPodOf(pod: string, kind: Target['kind'], name: string): boolean {
  if (!/^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/.test(pod)) return false;
  const rest = pod.startsWith(`${name}-`) ? pod.slice(name.length + 1) : '';
  const isCut = pod.length === 63 && `${name}-`.startsWith(pod.slice(0, 58));
  switch (kind) {
    case 'StatefulSet':
      return /^(?:0|[1-9]\d{0,4})$/.test(rest);
    case 'DaemonSet':
      return isCut || /^[a-z0-9]{1,10}$/.test(rest);
    case 'Deployment':
      // Its ReplicaSet's name comes before the random ending, and may be what is cut.
      return (
        isCut || /^[a-z0-9]{1,16}-[a-z0-9]{1,10}$/.test(rest) || (pod.length === 63 && /^[a-z0-9]{6,21}$/.test(rest))
      );
  }
}

/** How things stand when an order is looked at. */
export interface Load {
  /** Pods that the workload asks for now; null when nobody knows. */
  readonly replicas: number | null;
  /** When the actions on this workload of the last hour began, in any order; older ones do no harm. */
  readonly recent: readonly Instant[];
}

/** Why an order asks for more pods than the service may have; null when it does not. Breaking the glass changes nothing. */
export function refuseTooMany(order: Order, limits: Limits, of: string): Refusal | null {
  const asked =
    order.verb === 'scale'
      ? order.to
      : order.verb === 'set-autoscaler-bounds'
        ? Math.max(order.min ?? 0, order.max ?? 0)
        : 0;
  // Written so that a number that is none is too much.
  if (asked <= limits.maxReplicas) return null;
  return {
    refused: `${asked} pods are more than ${of} may have: ${limits.maxReplicas}. Ask for fewer, or raise \`max_replicas\` in vigie.yaml.`,
  };
}

/** Why an order goes too far at once; null when it does not: up to three times as many pods, or 20 more. */
export function refuseLeap(order: Order, { replicas }: Pick<Load, 'replicas'>): Refusal | null {
  if (order.verb !== 'scale' || replicas === null) return null;
  const most = Math.max(3 * replicas, replicas + 20);
  if (order.to <= most) return null;
  return {
    refused: `From ${count(replicas, 'pod')} to ${order.to} is too far at once. Go to ${most} first, and look how it does.`,
  };
}

/** Why nothing more is done to a service for now; null when its hour has room left. */
export function refuseTooOften(
  limits: Limits,
  { recent }: Pick<Load, 'recent'>,
  now: Instant,
  of: string,
): Refusal | null {
  const within = recent.filter((at) => now - at < hour).toSorted((a, b) => a - b);
  if (within.length < limits.actionsPerHour) return null;
  const glass = 'an admin may break the glass.';
  const frees = within[within.length - limits.actionsPerHour];
  if (frees === undefined) return { refused: `The configuration allows no actions on ${of}. If one must be, ${glass}` };
  const rule = `On ${of} ${count(limits.actionsPerHour, 'action')} an hour may be done, and ${within.length} were`;
  return { refused: `${rule}. Wait ${spokenTime(frees + hour - now)}, or ${glass}` };
}
