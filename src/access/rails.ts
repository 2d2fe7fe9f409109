/** The guard rails of one order, in one place: asked at the click, and again by the worker before it runs. */
import type { Order, Target } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import type { Service } from '../incident/rules.ts';
import type { Actor } from './actor.ts';
import { refuseFrozen } from './freeze.ts';
import { refuseLeap, refuseMisfit, refuseTooMany, refuseTooOften, shippedLimits } from './limits.ts';
import type { Load } from './limits.ts';
import { mayAct } from './permissions.ts';
import { denied } from './denied.ts';
import type { AccessRules } from './rules.ts';
import { mayTarget, refuseNamespace, serviceAt } from './targets.ts';

/** An order, and how things stand. */
export interface Deed extends Load {
  readonly order: Order;
  readonly target: Target;
  readonly at: Instant;
  /** An admin broke the glass: freezes, the hour's limit and great leaps are passed over, and nothing else is. */
  readonly breakGlass: boolean;
}

/** What the rails read of the configuration. */
export interface Ground {
  readonly services: readonly Service[];
  readonly access: AccessRules;
}

/** Why an order is not carried out, whoever asks; null when nothing stands against it. */
export function refuseDeed(deed: Deed, { services, access }: Ground): Refusal | null {
  const { order, target, at } = deed;
  const service = serviceAt(target, services);
  const limits = service?.limits ?? shippedLimits;
  const of = service?.name ?? target.name;
  const firm = refuseMisfit(order, target) ?? refuseNamespace(target, services) ?? refuseTooMany(order, limits, of);
  if (firm !== null || deed.breakGlass) return firm;
  return refuseLeap(order, deed) ?? refuseTooOften(limits, deed, at, of) ?? refuseFrozen(order.verb, at, access.freeze);
}

/** Why somebody may not give this order; null when they may. Approvals are counted apart. */
export const mayOrder = (actor: Actor, deed: Deed, ground: Ground): Refusal | null =>
  mayAct(actor, deed.order.verb, ground.access) ??
  (deed.breakGlass ? mayAct(actor, 'break-glass', ground.access) : null) ??
  mayTarget(actor, deed.target, ground.services, ground.access) ??
  // What makes no sense for a workload is a slip, and nobody's right.
  refuseMisfit(deed.order, deed.target) ??
  denied(refuseDeed(deed, ground));
