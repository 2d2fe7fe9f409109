/** The digest of a plan: what an approval names. Resource versions are not in it, they change all the time. */
import type { Plan } from '../action/action.ts';
import type { JsonObject } from './json.ts';
import { digestOf } from './template.ts';

/** SHA-256 (hex) over what the run is bound to: uids, template hashes, the order, and what it starts from. */
export function digestOfPlan(plan: Omit<Plan, 'digest'>): string {
  const { inverse, object, order, pinned, replicas, target, templateHash, uid } = plan;
  return digestOf({
    target,
    uid,
    templateHash,
    order: { ...order },
    replicas: order.verb === 'scale' ? replicas : null,
    pinned: pinned === null ? null : { uid: pinned.uid, templateHash: pinned.templateHash },
    object: object === null ? null : { ...object },
    from: order.verb === 'set-autoscaler-bounds' ? plain(inverse) : null,
  });
}

const plain = (order: Plan['inverse']): JsonObject | null => (order === null ? null : { ...order });
