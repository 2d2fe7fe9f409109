/** The cluster of a simulated walk: plans that change one thing, and somebody who may say yes to them. */
import type { Actor } from '../access/actor.ts';
import type { Mark, Order, Plan } from '../action/action.ts';
import type { Instant, Person } from '../incident/incident.ts';

/** The other person. */
export const bo: Person = { id: 'U0BO', name: 'Bo' };

/** Bo, as Slack knows him. */
export const approver: Actor = { person: bo, standing: 'member', groups: [], emails: [] };

/** A plan as a healthy cluster makes it. */
export const plannedAt = (target: string, order: Order, at: Instant): Plan => ({
  ...{ target, order, at, uid: 'simulated', generation: 1, templateHash: 'simulated', replicas: 3, paused: false },
  ...{ pinned: null, deployedAt: at, object: null, differences: [], notes: [], warnings: [], inverse: null },
  digest: `simulated-${at}`,
});

/** Where it landed. */
export const markAt = (serverTime: Instant): Mark => ({
  uid: 'simulated',
  generation: 2,
  templateHash: 'simulated',
  serverTime,
});
