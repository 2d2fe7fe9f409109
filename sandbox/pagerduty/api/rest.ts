/** The REST API's front door: path, token, limits, `From`, body, query; then the route. */

import { findUser } from '../account/account.ts';
import type { Token, User } from '../account/seed.ts';
import { isObject, parseJson, type Json } from '../../json.ts';
import type { World } from '../world.ts';
import { invalid, limitHeaders, notFound, refuse, restStatus, type Answer } from './answer.ts';
import { actorOf, type Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';
import { restWords } from './schema/rest.ts';
import { inspect } from './schema/shape.ts';

/** A request as it came in. Header names are small. */
export type RestRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
};

type Match = { readonly route: Route; readonly params: { readonly [name: string]: string } };

const routes: readonly Route[] = [...incidentRoutes, ...accountRoutes, ...subscriptionRoutes];

function match(method: string, path: string): Match | null {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const found = route.method === method ? pattern.exec(path) : null;
    if (found) return { route, params: found.groups ?? {} };
  }
  return null;
}

/** API keys come as `Token token=…`, app tokens as `Bearer …`; the one is not taken for the other. */
function authenticate(world: World, header: string): Token | null {
  const [, key] = /^Token token=(\S+)$/.exec(header) ?? [];
  const [, bearer] = /^Bearer (\S+)$/.exec(header) ?? [];
  const token = world.account.tokens.get(key ?? bearer ?? '');
  if (!token || token.expired) return null;
  return (token.kind === 'app') === (bearer !== undefined) ? token : null;
}

function mayDo(token: Token, route: Route): boolean {
  if (token.readOnly && route.method !== 'GET') return false;
  return token.kind !== 'app' || (token.scopes ?? []).includes(route.scope);
}

/** What came out of a check of the request: a value, or the refusal. */
type Checked<Value> = { readonly value: Value } | { readonly refused: Answer };

/** Who asks: the person whose key it is, else whoever `From` names. A refusal when a route needs one and there is none. */
function requesterOf(world: World, token: Token, route: Route, from: string): Checked<User | null> {
  if (token.user !== undefined) return { value: findUser(world, token.user) ?? null };
  const user = world.account.users.find(({ email }) => email.toLowerCase() === from.toLowerCase()) ?? null;
  if (user || !route.from) return { value: user };
  if (from === '') {
    const message = 'You must specify a user\'s email address in the "From" header to perform this action';
    return { refused: refuse({ status: 400, code: 2016, message, own: true }) };
  }
  return { refused: refuse({ status: 400, code: 1008, message: 'Requester User Not Found', errors: [] }) };
}

/** The body by the route's rule, or a refusal of it. */
function bodyOf(world: World, route: Route, { headers, text, method, path }: RestRequest): Checked<Json> {
  if (!route.body) return { value: {} };
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    return { refused: invalid('Content-Type must be application/json.') };
  }
  const body = parseJson(text);
  if (!isObject(body)) return { refused: invalid('The body is not JSON.') };
  const { wrong, ignored } = inspect(route.body, body);
  if (wrong.length > 0) return { refused: invalid(...wrong.map(restWords)) };
  for (const field of ignored) world.complaints.push(`${method} ${path}: PagerDuty ignores the field ${field}`);
  return { value: body };
}

/** Complains of what PagerDuty silently ignores. */
function complain(world: World, route: Route, { headers, query, method, path }: RestRequest): void {
  const unknown = [...new Set(query.keys())].filter((name) => !(route.query ?? []).includes(name));
  for (const name of unknown) world.complaints.push(`${method} ${path}: PagerDuty ignores the parameter ${name}`);
  for (const [name, value] of query) {
    if (value === 'undefined') world.complaints.push(`${method} ${path}: ${name} is the text "undefined"`);
  }
  if (!(headers['accept'] ?? '').includes('application/vnd.pagerduty+json;version=2')) {
    world.complaints.push(`${method} ${path}: Accept does not ask for application/vnd.pagerduty+json;version=2`);
  }
}

function perform(world: World, { route, params }: Match, token: Token, request: RestRequest): Answer {
  if (!mayDo(token, route)) return { status: 403, body: restStatus(403) };
  const requester = requesterOf(world, token, route, request.headers['from'] ?? '');
  if ('refused' in requester) return requester.refused;
  if (route.ability !== undefined && !world.account.abilities.has(route.ability)) {
    return { status: 402, body: restStatus(402) };
  }
  const body = bodyOf(world, route, request);
  if ('refused' in body) return body.refused;
  complain(world, route, request);
  const actor = actorOf(requester.value);
  return route.run({ world, params, query: request.query, body: body.value, requester: requester.value, actor });
}

/** Takes one request. */
export function rest(world: World, request: RestRequest): Answer {
  const token = authenticate(world, request.headers['authorization'] ?? '');
  if (!token) return { status: 401, body: restStatus(401) };
  const found = match(request.method, request.path);
  const creates = found?.route.method === 'POST' && found.route.path === '/incidents';
  const standing = world.limits.rest(token.token, creates);
  const headers = limitHeaders(standing);
  if (standing.over) return { status: 429, body: restStatus(429), headers };
  const answer = found ? perform(world, found, token, request) : notFound('Not Found', 2100, true);
  return { ...answer, headers };
}
