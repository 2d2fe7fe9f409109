/** Roles: who is a viewer, a responder or an admin, decided from the configuration at the click. */
import type { Refusal } from '../incident/event.ts';
import type { Actor } from './actor.ts';

/** From least to most: each may do what those before it may. */
export const roles = ['viewer', 'responder', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who has a role: everyone of this workspace, or those in any of the groups or lists. */
export type Members =
  | 'everyone'
  | {
      /** Ids of Slack user groups. */
      readonly groups: readonly string[];
      /** Slack ids of people. */
      readonly ids: readonly string[];
      /** Addresses in lower case. */
      readonly emails: readonly string[];
    };

/** A role that nobody has. */
export const nobody: Members = { groups: [], ids: [], emails: [] };

/** Why somebody never acts, whatever the configuration says; null for a member of this workspace. */
export function refuseStanding({ standing }: Actor): Refusal | null {
  switch (standing) {
    case 'member':
      return null;
    case 'guest':
      return { refused: "Guests of this workspace can't act on incidents. Ask a full member to do it." };
    case 'stranger':
      return { refused: 'You belong to another workspace, and only people of this one can act here. Ask one of them.' };
    case 'deactivated':
      return { refused: 'This Slack account is deactivated, so nothing is done for it.' };
    case 'bot':
      return { refused: "Bots can't act on incidents: a person must do it." };
  }
}

/** The roles that somebody has, from least to most; none for guests, strangers, deactivated people and bots. */
export function rolesOf(actor: Actor, members: Readonly<Record<Role, Members>>): readonly Role[] {
  if (refuseStanding(actor) !== null) return [];
  const most = roles.findLastIndex((role) => isAmong(actor, members[role]));
  return roles.slice(0, most + 1);
}

function isAmong({ person, groups, emails }: Actor, members: Members): boolean {
  if (members === 'everyone') return true;
  return (
    members.ids.includes(person.id) ||
    groups.some((group) => members.groups.includes(group)) ||
    emails.some((email) => members.emails.includes(email.toLowerCase()))
  );
}
