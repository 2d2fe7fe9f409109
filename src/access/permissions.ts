/** Permissions: one word for everything that people may do, and which role each word takes. */
import type { Verb } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import type { Actor } from './actor.ts';
import { denied } from './denied.ts';
import { refuseStanding, roles, rolesOf } from './roles.ts';
import type { Role } from './roles.ts';
import type { AccessRules } from './rules.ts';

/** What every permission allows, after "may". Each verb of an action is one. */
const deeds = {
  status: 'see the state of incidents',
  list: 'list incidents',
  timeline: 'read the timeline',
  help: 'ask for help',
  declare: 'declare an incident',
  ack: 'acknowledge an incident',
  commander: 'take or give command',
  update: 'write an update',
  note: 'add a note',
  severity: 'change the severity',
  runbook: 'choose a runbook',
  step: 'work on the steps of a runbook',
  diagnose: 'diagnose a workload',
  restart: 'restart a workload',
  scale: 'scale a workload',
  page: 'page somebody',
  escalate: 'escalate an incident',
  handoff: 'hand an incident over',
  resolve: 'resolve an incident',
  reopen: 're-open an incident',
  silence: 'silence alerts',
  rollback: 'roll a workload back',
  pause: 'pause a rollout',
  resume: 'resume a rollout',
  'delete-pod': 'delete a pod',
  'set-autoscaler-bounds': 'change the bounds of an autoscaler',
  approve: 'approve an action',
  automation: 'turn automation on or off',
  'break-glass': 'break the glass',
  'free-target': 'act on a workload of no service',
} as const satisfies Readonly<Record<string, string>> & Readonly<Record<Verb, string>>;

/** What somebody may do. */
export type Permission = keyof typeof deeds;

/** What each role adds to those before it, unless the configuration says otherwise. */
export const shippedPermissions = {
  viewer: ['status', 'list', 'timeline', 'help'],
  responder: [
    ...(['declare', 'ack', 'commander', 'update', 'note', 'severity', 'runbook', 'step', 'diagnose'] as const),
    ...(['restart', 'scale', 'page', 'escalate', 'handoff', 'resolve', 'reopen', 'silence'] as const),
  ],
  admin: [
    ...(['rollback', 'pause', 'resume', 'delete-pod', 'set-autoscaler-bounds'] as const),
    ...(['approve', 'automation', 'break-glass', 'free-target'] as const),
  ],
} as const satisfies Readonly<Record<Role, readonly Permission[]>>;

/** Every permission. */
export const permissions: readonly Permission[] = roles.flatMap((role) => shippedPermissions[role]);

/** Why these roles do not allow it; null when they do. A permission that stands in no list is nobody's. */
export function mayDo(has: readonly Role[], permission: Permission, rules: AccessRules): Refusal | null {
  const needed = roles.find((role) => rules.permissions[role].includes(permission));
  if (needed === undefined) return { refused: `Nobody may ${deeds[permission]}: vigie.yaml gives it to no role.` };
  const least = roles.indexOf(needed);
  if (has.some((role) => roles.indexOf(role) >= least)) return null;
  const most = roles.findLast((role) => has.includes(role));
  const you = most === undefined ? 'have no role' : `are ${article(most)}`;
  const reach = roles.slice(least).filter((role) => isGiven(role, rules));
  const ask =
    reach[0] === undefined
      ? `Nobody is ${article(needed)}: add people to \`${needed}\` in vigie.yaml`
      : `Ask ${article(reach[0])}`;
  return { refused: `Only ${needed}s may ${deeds[permission]}, and you ${you}. ${ask}.` };
}

/** Why somebody may not do it now; null when they may. */
export const mayAct = (actor: Actor, permission: Permission, rules: AccessRules): Refusal | null =>
  denied(refuseStanding(actor) ?? mayDo(rolesOf(actor, rules.roles), permission, rules));

/** Whether a role is given to anybody at all. */
function isGiven(role: Role, { roles: given }: Pick<AccessRules, 'roles'>): boolean {
  const members = given[role];
  return members === 'everyone' || [...members.groups, ...members.ids, ...members.emails].length > 0;
}

const article = (role: Role): string => (role === 'admin' ? 'an admin' : `a ${role}`);
