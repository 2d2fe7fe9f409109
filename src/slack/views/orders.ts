/** Orders and workloads as cards, buttons and dialogs name them. */
import { readTarget } from '../../action/action.ts';
import type { Order, Verb } from '../../action/action.ts';
import { line } from './text.ts';

/** The verbs, as buttons and menus say them. */
export const verbLabels: Readonly<Record<Verb, string>> = {
  restart: 'Restart',
  scale: 'Scale',
  rollback: 'Roll back',
  pause: 'Pause the rollout',
  resume: 'Resume the rollout',
  'delete-pod': 'Delete a pod',
  'set-autoscaler-bounds': 'Set the bounds of the autoscaler',
};

/** An order that names its workload: `Scale checkout to 6 replicas`. What the workload is called is the caller's. */
export function orderOf(order: Order, workload: string): string {
  switch (order.verb) {
    case 'restart':
      return `Restart ${workload}`;
    case 'scale':
      return `Scale ${workload} to ${order.to} replica${order.to === 1 ? '' : 's'}`;
    case 'rollback':
      return `Roll back ${workload} to ${order.to === 'previous' ? 'the previous version' : `revision ${order.to}`}`;
    case 'pause':
      return `Pause the rollout of ${workload}`;
    case 'resume':
      return `Resume the rollout of ${workload}`;
    case 'delete-pod':
      return `Delete pod ${line(order.pod, 253)} of ${workload}`;
    case 'set-autoscaler-bounds':
      return `Set the autoscaler of ${workload} to ${boundsOf(order)}`;
  }
}

/** What was done, in a few words: `scaled to 6`. */
export function doneOf(order: Order): string {
  switch (order.verb) {
    case 'restart':
      return 'restarted';
    case 'scale':
      return `scaled to ${order.to}`;
    case 'rollback':
      return order.to === 'previous' ? 'rolled back' : `rolled back to revision ${order.to}`;
    case 'pause':
      return 'rollout paused';
    case 'resume':
      return 'rollout resumed';
    case 'delete-pod':
      return `pod ${line(order.pod, 253)} deleted`;
    case 'set-autoscaler-bounds':
      return `autoscaler set to ${boundsOf(order)}`;
  }
}

const boundsOf = ({ min, max }: Extract<Order, { verb: 'set-autoscaler-bounds' }>): string =>
  [min === null ? '' : `min ${min}`, max === null ? '' : `max ${max}`].filter((bound) => bound !== '').join(', ') ||
  'its bounds';

/** `Deployment checkout in namespace shop of cluster eu-1`; as it is written where it is no workload's name. */
export function wholeTarget(name: string): string {
  const target = readTarget(name);
  return target === null
    ? line(name, 240)
    : `${target.kind} ${target.name} in namespace ${target.namespace} of cluster ${target.cluster}`;
}

/** `checkout`. */
export const shortTarget = (name: string): string => readTarget(name)?.name ?? line(name, 100);
