/** Who there is: users, policies, services, priorities, abilities, and who is on call. */

import { dutiesAt, type Duty } from '../../account/account.ts';
import type { Policy } from '../../account/seed.ts';
import { invalid, notFound, result, type Answer } from '../answer.ts';
import { page, pageParameters } from '../pages.ts';
import type { Asked, Route } from '../route.ts';
import { referPolicy, referSchedule, referUser, showPolicy, showService, showUser } from '../show.ts';

function named<Item extends { readonly name: string }>(
  items: readonly Item[],
  query: URLSearchParams,
): readonly Item[] {
  const wanted = (query.get('query') ?? '').toLowerCase();
  return items.filter(({ name }) => name.toLowerCase().includes(wanted));
}

type OnCall = { readonly policy: Policy; readonly level: number; readonly duty: Duty };

function listOnCalls({ world, query }: Asked): Answer {
  const policies = query.getAll('escalation_policy_ids[]');
  const users = query.getAll('user_ids[]');
  const schedules = query.getAll('schedule_ids[]');
  const all = world.account.policies.flatMap((policy) =>
    policy.levels.flatMap((_, index) =>
      dutiesAt(world, policy, index + 1).map((duty): OnCall => ({ policy, level: index + 1, duty })),
    ),
  );
  const found = all.filter(
    ({ policy, duty }) =>
      (policies.length === 0 || policies.includes(policy.id)) &&
      (users.length === 0 || users.includes(duty.user.id)) &&
      (schedules.length === 0 || schedules.includes(duty.schedule?.id ?? '')),
  );
  const withUsers = query.getAll('include[]').includes('users');
  return page(query, 'oncalls', found, ({ policy, level, duty: { user, schedule } }) => ({
    escalation_policy: referPolicy(world, policy.id),
    escalation_level: level,
    schedule: referSchedule(world, schedule),
    user: withUsers ? showUser(world, user) : referUser(world, user.id),
    start: null,
    end: null,
  }));
}

function listServices({ world, query }: Asked): Answer {
  return page(query, 'services', named([...world.account.services.values()], query), (each) =>
    showService(world, each),
  );
}

function getMe({ world, requester }: Asked): Answer {
  if (!requester) return invalid('Account-level API keys have no user.');
  return result({ user: showUser(world, requester) });
}

const paged = [...pageParameters, 'query'];

/** Their paths. */
export const accountRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path: '/oncalls', scope: 'oncalls.read' },
    query: [
      ...pageParameters,
      ...['escalation_policy_ids[]', 'user_ids[]', 'schedule_ids[]', 'include[]', 'earliest', 'since', 'until'],
      'time_zone',
    ],
    run: listOnCalls,
  },
  {
    ...{ method: 'GET', path: '/users', scope: 'users.read', query: [...paged, 'include[]', 'team_ids[]'] },
    run: ({ world, query }) => {
      const wanted = (query.get('query') ?? '').toLowerCase();
      const { users } = world.account;
      const found = users.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
      return page(query, 'users', found, (each) => showUser(world, each));
    },
  },
  { method: 'GET', path: '/users/me', scope: 'users.read', query: ['include[]'], run: getMe },
  {
    ...{ method: 'GET', path: '/users/:id', scope: 'users.read', query: ['include[]'] },
    run: ({ world, params }) => {
      const user = world.account.users.find(({ id }) => id === params['id']);
      return user ? result({ user: showUser(world, user) }) : notFound();
    },
  },
  {
    ...{ method: 'GET', path: '/escalation_policies', scope: 'escalation_policies.read' },
    query: [...paged, 'include[]', 'user_ids[]', 'team_ids[]', 'sort_by'],
    run: ({ world, query }) =>
      page(query, 'escalation_policies', named(world.account.policies, query), (each) => showPolicy(world, each)),
  },
  {
    ...{ method: 'GET', path: '/escalation_policies/:id', scope: 'escalation_policies.read', query: ['include[]'] },
    run: ({ world, params }) => {
      const policy = world.account.policies.find(({ id }) => id === params['id']);
      return policy ? result({ escalation_policy: showPolicy(world, policy) }) : notFound();
    },
  },
  {
    ...{ method: 'GET', path: '/services', scope: 'services.read' },
    query: [...paged, 'include[]', 'team_ids[]', 'sort_by', 'time_zone', 'name'],
    run: listServices,
  },
  {
    ...{ method: 'GET', path: '/services/:id', scope: 'services.read', query: ['include[]'] },
    run: ({ world, params }) => {
      const service = world.account.services.get(params['id'] ?? '');
      return service ? result({ service: showService(world, service) }) : notFound('Service Not Found', 5002);
    },
  },
  {
    ...{ method: 'GET', path: '/priorities', scope: 'priorities.read', query: pageParameters },
    run: ({ world, query }) =>
      page(query, 'priorities', world.account.priorities, ({ id, name }) => ({
        ...{ id, type: 'priority', summary: name, self: `https://api.pagerduty.com/priorities/${id}`, html_url: null },
        ...{ name, description: '' },
      })),
  },
  {
    ...{ method: 'GET', path: '/abilities', scope: 'abilities.read' },
    run: ({ world }) => result({ abilities: [...world.account.abilities] }),
  },
  {
    ...{ method: 'GET', path: '/abilities/:id', scope: 'abilities.read' },
    run: ({ world, params }) =>
      world.account.abilities.has(params['id'] ?? '') ? { status: 204, body: undefined } : notFound(),
  },
];
