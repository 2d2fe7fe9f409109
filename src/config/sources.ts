/** What a source of alerts is written as, besides how it opens our door: the API of its Alertmanager, and its heartbeat. */
import { z } from 'zod';
import type { Duration } from '../incident/incident.ts';
import type { Matcher } from '../incident/rules.ts';
import { readBase } from './address.ts';
import { complain } from './complain.ts';
import { readDuration } from './duration.ts';
import type { Complaint } from './fault.ts';
import { quote } from './fault.ts';
import { parseMatcher } from './matcher.ts';
import { list, read } from './read.ts';
import type { Secret } from './secret.ts';
import { readReference } from './secret.ts';
import { keysAt, valueAt } from './tree.ts';
import { readOneOf, readText, readUser } from './values.ts';

/** A secret, and the key of vigie.yaml that names it. */
export interface Setting {
  readonly name: string;
  readonly secret: Secret;
}

/** Where the API of an Alertmanager is, and what opens it. */
export interface SourceApi {
  readonly url: string;
  readonly auth:
    | null
    | { readonly kind: 'bearer'; readonly token: Setting }
    | { readonly kind: 'basic'; readonly user: string; readonly password: Setting };
}

/** The alert that fires for ever, and what its silence means. */
export interface SourceHeartbeat {
  readonly match: readonly Matcher[];
  readonly per: string | null;
  readonly expected: readonly string[];
  readonly missAfter: Duration;
  readonly grace: Duration;
  /** Name of the policy of the incident that its silence opens. */
  readonly policy: string;
}

/** Vigie's own heartbeat, for a monitor outside. */
export interface OwnHeartbeat {
  readonly url: Secret;
  readonly method: 'GET' | 'POST';
  readonly interval: Duration;
  readonly deadline: Duration;
}

const duration = () => read(z.string(), readDuration).meta({ example: '5m' });
const text = () => read(z.string(), readText);

/** A secret whose reference is proved to lead somewhere. */
const secret = (env: NodeJS.ProcessEnv, example: string) =>
  read(z.string(), (ref) => {
    const found = readReference(ref, env);
    found.reveal();
    return found;
  }).meta({ example });

/** `sources.*.api`. */
export const sourceApi = (env: NodeJS.ProcessEnv) =>
  z
    .strictObject({
      url: read(z.string(), readBase).meta({ example: 'http://alertmanager:9093' }),
      bearer: secret(env, 'env:AM_API_TOKEN').optional(),
      basic: z
        .strictObject({
          user: read(z.string(), readUser).meta({ example: 'vigie' }),
          password: secret(env, 'env:AM_API_PASSWORD'),
        })
        .optional(),
    })
    .optional();

/** `sources.*.heartbeat`. */
export const sourceHeartbeat = () =>
  z
    .strictObject({
      match: list(read(z.string(), parseMatcher)).prefault(['alertname="Watchdog"']),
      per: text().optional(),
      expected: list(text()).optional(),
      miss_after: duration().prefault('5m'),
      grace: duration().prefault('15m'),
      policy: text().meta({ example: 'default' }),
    })
    .optional();

/** `heartbeat`. */
export const ownHeartbeat = (env: NodeJS.ProcessEnv) =>
  z
    .strictObject({
      url: secret(env, 'env:HEARTBEAT_URL'),
      method: read(z.string(), readOneOf(['GET', 'POST'] as const, 'a method')).prefault('GET'),
      every: duration().prefault('60s'),
      deadline: duration().prefault('10s'),
    })
    .optional();

/** The API as the rest of Vigie takes it; null where none is written. */
export function buildApi(source: string, api: z.output<ReturnType<typeof sourceApi>>): SourceApi | null {
  if (api === undefined) return null;
  const { url, bearer, basic } = api;
  const name = `sources.${source}.api`;
  if (bearer !== undefined) return { url, auth: { kind: 'bearer', token: { name: `${name}.bearer`, secret: bearer } } };
  if (basic === undefined) return { url, auth: null };
  const password = { name: `${name}.basic.password`, secret: basic.password };
  return { url, auth: { kind: 'basic', user: basic.user, password } };
}

/** The heartbeat of a source; null where none is written. */
export function buildSourceHeartbeat(heartbeat: z.output<ReturnType<typeof sourceHeartbeat>>): SourceHeartbeat | null {
  if (heartbeat === undefined) return null;
  const { match, per, expected, miss_after: missAfter, grace, policy } = heartbeat;
  return { match, per: per ?? null, expected: expected ?? [], missAfter, grace, policy };
}

/** Our own heartbeat; null where none is written. */
export function buildOwnHeartbeat(heartbeat: z.output<ReturnType<typeof ownHeartbeat>>): OwnHeartbeat | null {
  if (heartbeat === undefined) return null;
  const { every: interval, ...rest } = heartbeat;
  return { ...rest, interval };
}

/** Rules between the keys of sources and of heartbeats. `policies` are the names of those that there are. */
export function checkSources(root: unknown, policies: readonly string[]): readonly Complaint[] {
  const found: Complaint[] = [];
  for (const name of keysAt(root, ['sources'])) {
    const at = (...path: readonly string[]): unknown => valueAt(root, ['sources', name, ...path]);
    if (at('api', 'bearer') !== undefined && at('api', 'basic') !== undefined) {
      const remedy = 'keep the one that Alertmanager, or the proxy before it, asks for';
      found.push(complain(['sources', name, 'api'], 'both `bearer` and `basic` are written', remedy));
    }
    const policy = at('heartbeat', 'policy');
    if (typeof policy === 'string' && policy !== '' && !policies.includes(policy)) {
      const problem = `there is no policy ${quote(policy)}`;
      found.push(complain(['sources', name, 'heartbeat', 'policy'], problem, 'name one that stands under `policies`'));
    }
    if (at('heartbeat', 'expected') !== undefined && at('heartbeat', 'per') === undefined) {
      const problem = '`expected` names clusters, but no label tells them apart';
      found.push(complain(['sources', name, 'heartbeat', 'expected'], problem, 'write `per: cluster`', 'key'));
    }
  }
  return [...found, ...checkOwn(root)];
}

function checkOwn(root: unknown): readonly Complaint[] {
  const lengthOf = (key: string, usual: string): Duration => {
    const written = valueAt(root, ['heartbeat', key]) ?? usual;
    try {
      return typeof written === 'string' ? readDuration(written) : Number.NaN;
    } catch {
      // Its own reader complains of it.
      return Number.NaN;
    }
  };
  if (!(lengthOf('deadline', '10s') >= lengthOf('every', '60s'))) return [];
  const remedy = 'shorten it, so that one beat ends before the next';
  return [complain(['heartbeat', 'deadline'], 'the deadline is not shorter than `every`', remedy)];
}
