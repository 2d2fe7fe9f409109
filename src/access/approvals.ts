/** Approvals: how many other people must agree before an order runs, whose word counts, and for how long. */
import type { Verb } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Instant, Person } from '../incident/incident.ts';
import type { Actor } from './actor.ts';
import { mayAct, mayDo } from './permissions.ts';
import type { Role } from './roles.ts';
import type { AccessRules } from './rules.ts';
import { spokenTime } from './spoken.ts';

/** How many other people must agree where the configuration does not say. */
export const shippedApprovals: Readonly<Record<Verb, number>> = {
  restart: 0,
  scale: 0,
  rollback: 1,
  pause: 0,
  resume: 0,
  'delete-pod': 1,
  'set-autoscaler-bounds': 1,
};

/** What somebody asked for: a plan, by its digest. */
export interface Asked {
  readonly by: Person;
  readonly at: Instant;
  readonly digest: string;
  /** How many other people must agree; from `approvalsNeeded`. */
  readonly needed: number;
}

/** Somebody's yes, to one digest and nothing else. */
export interface Approval {
  readonly by: Person;
  /** As they were at the click. */
  readonly roles: readonly Role[];
  readonly digest: string;
  readonly at: Instant;
}

/**
 * How many other people must agree; 0 means that the requester's confirmation is enough. An environment that the
 * configuration leaves out is treated as shipped. Where there is no environment (a service without one, a workload of no
 * service) the most careful of all numbers holds, so that nothing is gained by leaving it out. A runbook's step may ask
 * for more, never for less.
 */
export function approvalsNeeded(
  verb: Verb,
  environment: string | null,
  step: number | null,
  { approvals: { environments } }: AccessRules,
): number {
  const given =
    environment !== null && Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  const all = environment === null ? [shippedApprovals, ...Object.values(environments)] : [given ?? shippedApprovals];
  return Math.max(0, step ?? 0, ...all.map((numbers) => numbers[verb]));
}

/** Whether something is too old to be done: it is asked again. */
export const isExpired = (since: Instant, now: Instant, { approvals }: AccessRules): boolean =>
  // Written so that a time that is none counts as too old.
  !(now - since <= approvals.expire);

/** Whose yes counts, and how many more are needed. */
export interface Tally {
  /** Each person once, in the order of their first yes that counts. */
  readonly agreed: readonly Person[];
  readonly missing: number;
}

/**
 * Counts: each person once, never the requester, only those whose roles allow to approve, only a yes to this very digest
 * that has not expired.
 */
export function tally(request: Asked, approvals: readonly Approval[], now: Instant, rules: AccessRules): Tally {
  const agreed = new Map<string, Person>();
  for (const { by, roles, digest, at } of approvals) {
    const counts = by.id !== request.by.id && digest === request.digest && !isExpired(at, now, rules);
    if (counts && mayDo(roles, 'approve', rules) === null && !agreed.has(by.id)) agreed.set(by.id, by);
  }
  return { agreed: [...agreed.values()], missing: Math.max(0, request.needed - agreed.size) };
}

/** Why an order may not run yet, or no longer; null when enough people agreed in time. */
export function mayRun(
  request: Asked,
  approvals: readonly Approval[],
  now: Instant,
  rules: AccessRules,
): Refusal | null {
  const late = refuseLate(request, now, rules);
  if (late !== null) return late;
  const { agreed, missing } = tally(request, approvals, now, rules);
  if (missing === 0) return null;
  const more = agreed.length === 0 ? 'other' : 'more';
  const people = missing === 1 ? `One ${more} person` : `${missing} ${more} people`;
  const who = agreed.length === 0 ? 'nobody has' : `only ${agreed.map(({ name }) => name).join(', ')} agreed`;
  return { refused: `${people} must agree first; so far ${who}.` };
}

/** Why somebody's yes would not count; null when it would. `seen` is the digest of the plan that they were shown. */
export function mayApprove(
  actor: Actor,
  seen: string,
  { request, approvals }: { readonly request: Asked; readonly approvals: readonly Approval[] },
  now: Instant,
  rules: AccessRules,
): Refusal | null {
  const denied = mayAct(actor, 'approve', rules) ?? refuseLate(request, now, rules);
  if (denied !== null) return denied;
  if (seen !== request.digest) {
    return { refused: 'The plan has changed since you were shown it. Look at the new one, and approve that.' };
  }
  if (actor.person.id === request.by.id && request.needed > 0) {
    return {
      refused: "You asked for this, so your own approval doesn't count. Somebody else must agree.",
      denied: true,
    };
  }
  const { agreed, missing } = tally(request, approvals, now, rules);
  if (missing === 0) return { refused: 'Enough people agreed already. Nothing more is needed.' };
  if (!agreed.some(({ id }) => id === actor.person.id)) return null;
  return { refused: 'You approved this already. Somebody else must agree, too.' };
}

/**
 * Why somebody may not run an order without the approvals it needs; null when they may: an admin alone, with a reason,
 * which is announced.
 */
export function mayBreakGlass(actor: Actor, reason: string, rules: AccessRules): Refusal | null {
  const denied = mayAct(actor, 'break-glass', rules);
  if (denied !== null) return denied;
  if (/[\p{L}\p{N}]/u.test(reason)) return null;
  return { refused: 'Say why the glass is broken: the reason is announced and kept.' };
}

function refuseLate({ at }: Asked, now: Instant, rules: AccessRules): Refusal | null {
  if (!isExpired(at, now, rules)) return null;
  return {
    refused: `This was asked ${spokenTime(now - at)} ago and is not done late. Ask again, and a new plan is made.`,
  };
}
