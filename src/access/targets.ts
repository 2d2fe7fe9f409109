/** Targets: which workloads may be acted on at all, and who may name one of no service. */
import { nameOfTarget } from '../action/action.ts';
import type { Target } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Service } from '../incident/rules.ts';
import type { Actor } from './actor.ts';
import { mayAct } from './permissions.ts';
import type { AccessRules } from './rules.ts';

/** Kubernetes' own: what breaks there breaks the cluster. */
const kept: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

/** The first service whose workload it is. */
export const serviceAt = (target: Target, services: readonly Service[]): Service | undefined =>
  services.find((service) => service.target !== null && nameOfTarget(service.target) === nameOfTarget(target));

/** Why nobody acts in this namespace; null when it is nobody else's. A service of the configuration there opens it. */
export function refuseNamespace({ cluster, namespace }: Target, services: readonly Service[]): Refusal | null {
  if (!kept.includes(namespace)) return null;
  const open = services.some(({ target }) => target?.cluster === cluster && target.namespace === namespace);
  if (open) return null;
  return {
    refused: `Workloads in ${namespace} keep the cluster running, and Vigie leaves them alone. Use kubectl, or name a service there in vigie.yaml.`,
  };
}

/** Why somebody may not act on this workload; null when it is a service's, or they may name any. */
export function mayTarget(
  actor: Actor,
  target: Target,
  services: readonly Service[],
  rules: AccessRules,
): Refusal | null {
  return serviceAt(target, services) === undefined ? mayAct(actor, 'free-target', rules) : null;
}
