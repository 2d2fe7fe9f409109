/** Who acts: what Slack says at the click about the account behind a press, and the groups that it is in. */
import type { WebClient } from '@slack/web-api';
import type { BaseLogger } from 'pino';
import { z } from 'zod';
import type { Actor, Standing } from '../access/actor.ts';
import type { Permission } from '../access/permissions.ts';
import { refuseStanding, roles } from '../access/roles.ts';
import type { AccessRules } from '../access/rules.ts';
import { verbs } from '../action/action.ts';
import type { Refusal } from '../incident/event.ts';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { remembering } from './cache.ts';
import { ask } from './faults.ts';
import type { Self } from './identity.ts';
import type { Claimed } from './listeners/door.ts';
import { within } from './listeners/within.ts';

/**
 * The actor behind a payload, or why nothing is done for them. `words` are the permissions that the deed may take: they
 * decide how much must be known. Groups are looked up only where one of them needs more than everybody has.
 */
export type WhoActs = (claimed: Claimed, ...words: readonly Permission[]) => Promise<Actor | Refusal>;

/** What asking takes. */
export interface WhoParts {
  readonly slack: WebClient;
  readonly self: Self;
  readonly access: AccessRules;
  readonly clock: () => Instant;
  readonly log: BaseLogger;
}

/** Somebody who left a group may act this much longer. */
const lasts: Duration = 60_000;

/** Slack wants its answer within three seconds, and the record needs up to two of them. */
const lookFor: Duration = 1000;

/** What a person reads when it is not known who they are. Asking goes on, so that the next press finds the answer. */
const silent = 'Slack does not say who you are. Press again.';

/** Deeds on workloads: these are never done for somebody who is not known for certain. */
const onWorkloads: ReadonlySet<Permission> = new Set<Permission>([
  ...verbs,
  ...(['diagnose', 'approve', 'automation', 'break-glass', 'free-target'] as const),
]);

/** Begins to know people. */
export function askWhoActs({ slack, self, access, clock, log }: WhoParts): WhoActs {
  const accountOf = remembering(lasts, clock, (id) => lookUpAccount(slack, id));
  const membersOf = remembering(lasts, clock, (group) => lookUpMembers(slack, group));
  const look = async (id: string, named: readonly string[]): Promise<Known> => {
    const [account, ...members] = await Promise.all([accountOf(id), ...named.map(membersOf)]);
    return { ...account, groups: named.filter((_, index) => members[index]?.has(id)) };
  };
  return async (claimed, ...words) => {
    const us = self.known();
    if (us === undefined) throw new Error('checking who acts: Slack has not told yet who we are');
    const { id, name } = claimed;
    const person = { id, name };
    const seen: Actor = { person, standing: claimedStanding(claimed, us), groups: [], emails: [] };
    const refused = refuseStanding(seen);
    if (refused !== null) return refused;
    const careful = words.some((word) => onWorkloads.has(word) || !everyoneMay(word, access));
    const asked = look(id, careful ? namedGroups(access) : []);
    asked.catch((error: unknown) => log.warn({ fault: explain(error) }, 'asking Slack who acts'));
    const known = await within(lookFor, asked);
    // What everybody of the workspace may do does not wait for Slack: the payload names the workspace.
    if (known === undefined) return careful ? { refused: silent } : seen;
    const { team, standing, groups, emails } = known;
    const actor: Actor = {
      ...{ person, groups, emails },
      standing: team !== undefined && team !== us.teamId ? 'stranger' : standing,
    };
    return refuseStanding(actor) ?? actor;
  };
}

function claimedStanding(
  { id, team, bot }: Claimed,
  us: { readonly botUserId: string; readonly teamId: string },
): Standing {
  if (bot || id === us.botUserId) return 'bot';
  return team === us.teamId ? 'member' : 'stranger';
}

interface Account {
  readonly team: string | undefined;
  readonly standing: Standing;
  readonly emails: readonly string[];
}

interface Known extends Account {
  readonly groups: readonly string[];
}

const account = z
  .object({
    team_id: z.string().optional(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
    is_email_confirmed: z.boolean().default(false),
    profile: z.object({ email: z.string().optional() }).default({}),
  })
  .transform((user): Account => {
    const { email } = user.profile;
    // An address that nobody confirmed may be anybody's.
    return {
      team: user.team_id,
      standing: standingOf(user),
      emails: email !== undefined && user.is_email_confirmed ? [email] : [],
    };
  });

function standingOf(user: {
  readonly deleted: boolean;
  readonly is_bot: boolean;
  readonly is_restricted: boolean;
  readonly is_ultra_restricted: boolean;
  readonly is_stranger: boolean;
}): Standing {
  if (user.is_bot) return 'bot';
  if (user.deleted) return 'deactivated';
  if (user.is_stranger) return 'stranger';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

async function lookUpAccount(slack: WebClient, id: string): Promise<Account> {
  const answer = await ask(`looking up ${id}`, () => slack.users.info({ user: id }), [
    'user_not_found',
    'user_not_visible',
  ]);
  // Not an account of this workspace, or none that it may see.
  if (typeof answer === 'string') return { team: undefined, standing: 'stranger', emails: [] };
  return account.parse(answer.user);
}

async function lookUpMembers(slack: WebClient, group: string): Promise<ReadonlySet<string>> {
  const answer = await ask(`reading the members of ${group}`, () => slack.usergroups.users.list({ usergroup: group }), [
    'no_such_subteam',
  ]);
  return new Set(answer === 'no_such_subteam' ? [] : answer.users);
}

/** Whether every member of the workspace has a role that the permission takes. */
function everyoneMay(word: Permission, { roles: members, permissions }: AccessRules): boolean {
  const least = roles.findIndex((role) => permissions[role].includes(word));
  return least >= 0 && roles.slice(least).some((role) => members[role] === 'everyone');
}

/** The groups that decide: who has a role as everybody does needs no group for it, nor for those below. */
function namedGroups({ roles: members }: AccessRules): readonly string[] {
  const given = roles.findLastIndex((role) => members[role] === 'everyone');
  return [...new Set(roles.slice(given + 1).flatMap((role) => groupsOf(members[role])))];
}

const groupsOf = (members: AccessRules['roles']['admin']): readonly string[] =>
  members === 'everyone' ? [] : members.groups;
