/** The account as it is now: what the seed said, and what has been changed since. */

import type { Policy, Priority, Schedule, Seed, Service, Token, User } from './seed.ts';
import type { World } from '../world.ts';

/** Everything that is looked up by an id. Entries are replaced, never changed in place. */
export type Account = {
  readonly users: readonly User[];
  readonly policies: readonly Policy[];
  readonly priorities: readonly Priority[];
  readonly abilities: Set<string>;
  readonly schedules: Map<string, Schedule>;
  readonly services: Map<string, Service>;
  readonly tokens: Map<string, Token>;
};

/** Somebody who is on call at a level, and through which schedule; null is for ever. */
export type Duty = { readonly user: User; readonly schedule: Schedule | null };

/** An account as seeded. */
export function createAccount(seed: Seed): Account {
  return {
    users: seed.users,
    policies: seed.policies,
    priorities: seed.priorities,
    abilities: new Set(seed.abilities),
    schedules: new Map(seed.schedules.map((each) => [each.id, each])),
    services: new Map(seed.services.map((each) => [each.id, each])),
    tokens: new Map(seed.tokens.map((each) => [each.token, each])),
  };
}

/** The user with this id, email, name or first name (`ben`). */
export function findUser({ account }: World, who: string): User | undefined {
  const wanted = who.toLowerCase();
  return account.users.find(
    ({ id, name, email }) => id === who || [email, email.split('@')[0], name.toLowerCase()].includes(wanted),
  );
}

/** The same for people's deeds. Throws when there is nobody. */
export function personOf(world: World, who: string): User {
  const user = findUser(world, who);
  if (!user) throw new Error(`nobody in this account is called "${who}"`);
  return user;
}

/** What somebody is called in stories. */
export function nameOf({ account }: World, id: string): string {
  return account.users.find((user) => user.id === id)?.name ?? id;
}

/** The policy with this id or name. */
export function findPolicy({ account }: World, idOrName: string): Policy | undefined {
  return account.policies.find(({ id, name }) => id === idOrName || name === idOrName);
}

/** The service with this id or name. Throws when there is none. */
export function serviceOf({ account }: World, idOrName: string): Service {
  const found = [...account.services.values()].find(({ id, name }) => id === idOrName || name === idOrName);
  if (!found) throw new Error(`there is no service "${idOrName}" in this account`);
  return found;
}

/** Who is on call at a level, counted from 1. */
export function dutiesAt({ account }: World, policy: Policy, level: number): readonly Duty[] {
  const targets = policy.levels[level - 1]?.targets ?? [];
  return targets.flatMap(({ type, id }) => {
    const schedule = type === 'schedule' ? (account.schedules.get(id) ?? null) : null;
    const user = account.users.find((each) => each.id === (type === 'schedule' ? schedule?.onCall : id));
    return user ? [{ user, schedule }] : [];
  });
}

/** The first level from this one on with somebody on call, or null. */
export function mannedLevel(world: World, policy: Policy, from: number): number | null {
  for (let level = from; level <= policy.levels.length; level += 1) {
    if (dutiesAt(world, policy, level).length > 0) return level;
  }
  return null;
}
