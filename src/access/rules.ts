/** What the configuration decides about access, in the form that this room reads. Built by `config/`, passed in. */
import type { Duration } from '../incident/incident.ts';
import type { Verb } from '../action/action.ts';
import type { Service } from '../incident/rules.ts';
import { shippedApprovals } from './approvals.ts';
import { shippedAutomation } from './automation.ts';
import type { Freeze } from './freeze.ts';
import { shippedLimits } from './limits.ts';
import { shippedPermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';
import { nobody } from './roles.ts';
import type { Members, Role } from './roles.ts';

/** Who may do what, and when. */
export interface AccessRules {
  readonly roles: Readonly<Record<Role, Members>>;
  /** What each role adds to those before it. */
  readonly permissions: Readonly<Record<Role, readonly Permission[]>>;
  readonly approvals: {
    /** By environment: how many other people must agree. */
    readonly environments: Readonly<Record<string, Readonly<Record<Verb, number>>>>;
    /** An approval or a deed older than this is asked again, never done late. */
    readonly expire: Duration;
  };
  readonly freeze: readonly Freeze[];
}

/** What of a service decides about actions when it says nothing. */
export const shippedService: Pick<Service, 'target' | 'automation' | 'limits' | 'logs'> = {
  target: null,
  automation: shippedAutomation,
  limits: shippedLimits,
  logs: 'thread',
};

/** What holds when the configuration says nothing: everyone of the workspace responds, and nobody is an admin. */
export const shippedAccess: AccessRules = {
  roles: { viewer: 'everyone', responder: 'everyone', admin: nobody },
  permissions: shippedPermissions,
  approvals: { environments: { production: shippedApprovals }, expire: 10 * 60_000 },
  freeze: [],
};
