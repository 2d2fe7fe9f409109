/** What Vigie takes from the environment besides secrets: where its data lives, where Slack is, how much to log. */
import { resolve } from 'node:path';
import type { Complaint } from './fault.ts';
import { ValueFault } from './fault.ts';
import type { Redis } from './redis.ts';
import { readRedis } from './redis.ts';
import type { Secret } from './secret.ts';
import { readReference } from './secret.ts';
import { readOneOf } from './values.ts';

/** Where incidents are remembered: PostgreSQL, or a database inside this process. */
export type StoreConfig =
  | {
      readonly kind: 'postgres';
      readonly url: Secret;
      /** Host, port and database without any credential, to be shown to people. */
      readonly address: string;
    }
  | { readonly kind: 'pglite'; readonly folder: string };

/** What wakes the performers: Redis, or the store itself. */
export type QueueConfig = { readonly kind: 'redis'; readonly redis: Redis } | { readonly kind: 'embedded' };

/** Pino's levels, least to most talkative. */
const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The environment as the rest of Vigie sees it. */
export interface Environment {
  readonly store: StoreConfig;
  readonly queue: QueueConfig;
  readonly logLevel: LogLevel;
  /** Base address of Slack's Web API, with a slash at its end. */
  readonly slackApi: string;
  /** Base addresses of PagerDuty's APIs, where they are not those of the region. */
  readonly pagerDutyApis: PagerDutyApis;
}

/** Null for those of the region. */
export interface PagerDutyApis {
  readonly events: string | null;
  readonly api: string | null;
}

/** Reads the environment; null, and every complaint, when any of it is wrong. An empty variable counts as unset. */
export function readEnvironment(env: NodeJS.ProcessEnv): {
  readonly environment: Environment | null;
  readonly complaints: readonly Complaint[];
} {
  const complaints: Complaint[] = [];
  const take = <T>(name: string, fallback: T, read: (text: string) => T): T => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return fallback;
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof ValueFault)) throw error;
      complaints.push({ path: [name], at: 'value', problem: error.problem, remedy: error.remedy });
      return fallback;
    }
  };
  const folder = take('VIGIE_DATA', resolve('.vigie'), (text) => resolve(text));
  const environment: Environment = {
    store: take<StoreConfig>('DATABASE_URL', { kind: 'pglite', folder }, (text) => readPostgres(text, env)),
    queue: take<QueueConfig>('REDIS_URL', { kind: 'embedded' }, () => readQueue(env)),
    logLevel: take('LOG_LEVEL', 'info', readOneOf<LogLevel>(logLevels, 'a level')),
    slackApi: take('SLACK_API_URL', 'https://slack.com/api/', readBase),
    pagerDutyApis: {
      events: take<string | null>('PAGERDUTY_EVENTS_URL', null, readBase),
      api: take<string | null>('PAGERDUTY_API_URL', null, readBase),
    },
  };
  const embedded = take('VIGIE_EMBEDDED', 'refuse', readOneOf(['refuse', 'allow'], 'a choice'));
  if (env['NODE_ENV'] === 'production' && embedded === 'refuse') complaints.push(...demandServers(env));
  return { environment: complaints.length > 0 ? null : environment, complaints };
}

function demandServers(env: NodeJS.ProcessEnv): readonly Complaint[] {
  const remedy = 'set it, or set VIGIE_EMBEDDED=allow to run without on one machine';
  return ['DATABASE_URL', 'REDIS_URL']
    .filter((name) => (env[name]?.trim() ?? '') === '')
    .map((name) => ({ path: [name], at: 'value', problem: 'it is not set, and NODE_ENV is production', remedy }));
}

function readPostgres(text: string, env: NodeJS.ProcessEnv): StoreConfig {
  const url = URL.parse(text);
  // A password with a raw `#`, `/`, `?` or `@` would be read as a host, and shown as one.
  const clean = url !== null && !/[@#]/.test(url.pathname + url.search + url.hash) && /^postgres(ql)?:\/\//i.test(text);
  if (!clean) {
    const remedy = 'write `postgres://user:password@host:5432/database`, special characters percent-encoded';
    throw new ValueFault('the address is not one of PostgreSQL', remedy);
  }
  return { kind: 'postgres', url: readReference('env:DATABASE_URL', env), address: `${url.host}${url.pathname}` };
}

function readQueue(env: NodeJS.ProcessEnv): QueueConfig {
  const url = readReference('env:REDIS_URL', env);
  return { kind: 'redis', redis: readRedis(url.ref, url.reveal) };
}

function readBase(text: string): string {
  const url = URL.parse(text);
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ''
  ) {
    throw new ValueFault('it is not the base address of an API', 'write it as `https://slack.com/api/`');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
