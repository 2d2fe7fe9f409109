/** Admission webhooks that say no, that do not support dry runs, or that do not answer. */

import { ApiError } from '../api/status.ts';
import type { World } from '../world.ts';
import type { Asked, Fault } from './faults.ts';

type Webhook = Extract<Fault, { readonly webhook: string }>;

/** Whether the fault is a webhook's, so that it also meets the pods that controllers make. */
export function isWebhook(fault: Fault): fault is Webhook {
  return typeof fault === 'object' && 'webhook' in fault;
}

/** What the webhook makes of a request; null when it lets it pass. */
function verdict(fault: Webhook, dryRun: boolean): ApiError | null {
  const named = `admission webhook "${fault.webhook}"`;
  if ('down' in fault) {
    const call = `failed calling webhook "${fault.webhook}": failed to call webhook: Post "https://${fault.webhook}.svc:443/validate?timeout=10s"`;
    return new ApiError(500, 'InternalError', `Internal error occurred: ${call}: context deadline exceeded`);
  }
  if ('dryRun' in fault) {
    return dryRun ? new ApiError(400, 'BadRequest', `${named} does not support dry run`) : null;
  }
  const { code = 403, reason = 'Forbidden', denies } = fault;
  return new ApiError(code, code === 403 ? reason : (fault.reason ?? ''), `${named} denied the request: ${denies}`);
}

/** What the webhooks that were ordered say about this write; null when all let it pass. */
export function denied(world: World, asked: Asked): ApiError | null {
  const concerned = (fault: Fault): boolean => isWebhook(fault) && verdict(fault, asked.dryRun) !== null;
  const fault = world.faults.take(asked, concerned);
  return fault && isWebhook(fault) ? verdict(fault, asked.dryRun) : null;
}
