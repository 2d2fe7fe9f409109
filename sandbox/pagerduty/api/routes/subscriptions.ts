/** The paths below `/webhook_subscriptions`. */

import { objectAt, objectsAt, stringAt, type Json } from '../../../json.ts';
import { isDisabled, subscribe, type Filter, type Subscription } from '../../webhooks/subscriptions.ts';
import type { World } from '../../world.ts';
import { invalid, notFound, result, type Answer } from '../answer.ts';
import { page, pageParameters } from '../pages.ts';
import type { Asked, Route } from '../route.ts';
import * as schema from '../schema/rest.ts';

/** A subscription as it is shown. The secret is in the answer to its creation only, and header values never are. */
function show(world: World, subscription: Subscription, secret: string | null = null): Json {
  const { id, url, description, events, filter, active, headers } = subscription;
  return {
    ...{ id, type: 'webhook_subscription', active, description, events, filter },
    delivery_method: {
      ...{ id: `${id}D`, type: 'http_delivery_method', url, secret },
      temporarily_disabled: isDisabled(world, subscription),
      custom_headers: headers.map(({ name }) => ({ name, value: '-- redacted --' })),
    },
  };
}

function filterOf(wanted: Json): Filter | null {
  const filter = objectAt(wanted, 'filter') ?? {};
  const id = stringAt(filter, 'id');
  switch (filter['type']) {
    case 'service_reference':
    case 'team_reference':
      return id === '' ? null : { type: filter['type'], id };
    default:
      return { type: 'account_reference' };
  }
}

function textsAt(wanted: Json, key: string): readonly string[] {
  const found = wanted[key];
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}

function create({ world, body }: Asked): Answer {
  const wanted = objectAt(body, 'webhook_subscription') ?? {};
  const method = objectAt(wanted, 'delivery_method') ?? {};
  const headers = objectsAt(method, 'custom_headers').map((each) => ({
    name: stringAt(each, 'name'),
    value: stringAt(each, 'value'),
  }));
  if (new Set(headers.map(({ name }) => name.toLowerCase())).size < headers.length) {
    return invalid('Custom headers must have unique names.');
  }
  const filter = filterOf(wanted);
  if (!filter) return invalid('Filter id cannot be empty.');
  const description = stringAt(wanted, 'description') || null;
  const about = { url: stringAt(method, 'url'), description, events: textsAt(wanted, 'events'), filter, headers };
  const subscription = subscribe(world, about);
  return result({ webhook_subscription: show(world, subscription, subscription.secrets[0] ?? null) }, 201);
}

function on(run: (asked: Asked, subscription: Subscription) => Answer): (asked: Asked) => Answer {
  return (asked) => {
    const found = asked.world.subscriptions.find(({ id }) => id === asked.params['id']);
    return found ? run(asked, found) : notFound();
  };
}

const update = on(({ world, body }, subscription) => {
  const wanted = objectAt(body, 'webhook_subscription') ?? {};
  const filter = wanted['filter'] === undefined ? subscription.filter : filterOf(wanted);
  if (!filter) return invalid('Filter id cannot be empty.');
  subscription.filter = filter;
  if (wanted['events'] !== undefined) subscription.events = textsAt(wanted, 'events');
  if (typeof wanted['description'] === 'string') subscription.description = wanted['description'];
  if (typeof wanted['active'] === 'boolean') subscription.active = wanted['active'];
  return result({ webhook_subscription: show(world, subscription) });
});

const ping = on(({ world }, subscription) => {
  const data = { message: 'Hello from your friend Pagey!', type: 'ping' };
  const about = { id: world.ids.uuid('event'), event_type: 'pagey.ping', resource_type: 'pagey' };
  const at = new Date(world.clock.now()).toISOString();
  const event = { ...about, occurred_at: at, agent: null, client: null, data };
  world.outbox.send(subscription, { type: 'pagey.ping', resource: 'pagey', body: JSON.stringify({ event }) });
  return { status: 202, body: undefined };
});

const path = '/webhook_subscriptions';
const [read, write] = [{ scope: 'webhook_subscriptions.read' }, { scope: 'webhook_subscriptions.write' }];

/** Their paths. */
export const subscriptionRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path, ...read, query: [...pageParameters, 'filter_type', 'filter_id'] },
    run: ({ world, query }) => page(query, 'webhook_subscriptions', world.subscriptions, (each) => show(world, each)),
  },
  { method: 'POST', path, ...write, body: schema.createSubscription, run: create },
  {
    ...{ method: 'GET', path: `${path}/:id`, ...read },
    run: on(({ world }, found) => result({ webhook_subscription: show(world, found) })),
  },
  { method: 'PUT', path: `${path}/:id`, ...write, body: schema.changeSubscription, run: update },
  {
    ...{ method: 'DELETE', path: `${path}/:id`, ...write },
    run: on(({ world }, found) => {
      world.subscriptions.splice(world.subscriptions.indexOf(found), 1);
      return { status: 204, body: undefined };
    }),
  },
  {
    ...{ method: 'POST', path: `${path}/:id/enable`, ...write },
    run: on(({ world }, found) => {
      found.disabledUntil = 0;
      return result({ webhook_subscription: show(world, found) });
    }),
  },
  { method: 'POST', path: `${path}/:id/ping`, ...write, run: ping },
];
