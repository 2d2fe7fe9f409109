/** The shape of vigie.yaml. Every default is written here as an operator would write it. */
import { z } from 'zod';
import { kinds } from '../action/action.ts';
import { access, serviceAccess } from './access/schema.ts';
import { readClusterName, readGroup, readNamespace } from './access/values.ts';
import { readBase, readEndpoint, readHost, readPart } from './address.ts';
import { readDuration } from './duration.ts';
import { ackDefaults, pagerduty, policy, servicePagerDuty } from './escalation/schema.ts';
import { parseMatcher } from './matcher.ts';
import { list, read } from './read.ts';
import { readReference } from './secret.ts';
import { ownHeartbeat, sourceApi, sourceHeartbeat } from './sources.ts';
import {
  readOneOf,
  readSeverity,
  readSlackId,
  readText,
  readTimezone,
  readUser,
  readVersion,
  readWhole,
} from './values.ts';

/** Defaults that the rules between keys need as well. */
export const defaults = {
  http: { public: { host: '0.0.0.0', port: 3000 }, private: { host: '0.0.0.0', port: 3001 } },
  slack: {
    mode: 'http',
    bot_token: 'env:SLACK_BOT_TOKEN',
    signing_secret: 'env:SLACK_SIGNING_SECRET',
    app_token: 'env:SLACK_APP_TOKEN',
  },
  incidents: { reopen_within: '30m', recover_hold: '5m', flapping: { hold: '20m' } },
  ack: ackDefaults,
  routes: [{ policy: 'default' }],
  policies: { default: {} },
} as const;

/** What a file that passed gives, with every default filled in. */
export type FileValues = z.output<ReturnType<typeof fileSchema>>;

/**
 * The schema of a file whose secrets are found in `env`. The secrets of `slack` depend on its mode: `relations.ts`
 * proves them.
 */
export function fileSchema(env: NodeJS.ProcessEnv) {
  return z.strictObject({
    version: read(z.number(), readVersion).meta({ example: 1 }),
    timezone: read(z.string(), readTimezone).prefault('UTC'),
    http: http().prefault({}),
    slack: slack(env).meta({ example: { announce: 'C0INCIDENTS' } }),
    sources: z.record(z.string(), source(env)).meta({ example: { main: { auth: { bearer: ['env:AM_TOKEN'] } } } }),
    severities: severities().prefault({}),
    incidents: incidents().prefault({}),
    services: z.record(z.string(), service(env)).prefault({}),
    prometheus: z
      .strictObject({ url: read(z.string(), readBase).meta({ example: 'http://prometheus:9090' }) })
      .optional(),
    checks: z.strictObject({ hosts: list(read(z.string(), readHost)).optional() }).prefault({}),
    ...access(env),
    routes: list(route()).prefault([...defaults.routes]),
    policies: z.record(z.string(), policy(env)).prefault(defaults.policies),
    pagerduty: pagerduty(env).optional(),
    heartbeat: ownHeartbeat(env),
    retention: z.strictObject({ audit: duration().prefault('2555d'), outbox: duration().prefault('7d') }).prefault({}),
  });
}

const duration = () => read(z.string(), readDuration).meta({ example: '5m' });
const text = () => read(z.string(), readText);
const channel = () => read(z.string(), readSlackId('CG', 'the id of a Slack channel')).meta({ example: 'C0INCIDENTS' });
const whole = (least: number, most: number) => read(z.number(), readWhole(least, most));

const matchers = () => list(read(z.string(), parseMatcher)).meta({ example: ['service="checkout"'] });

/** A secret whose reference is proved to lead somewhere. */
const secret = (env: NodeJS.ProcessEnv) =>
  read(z.string(), (ref) => {
    const found = readReference(ref, env);
    found.reveal();
    return found;
  }).meta({ example: 'env:NAME' });

const reference = (env: NodeJS.ProcessEnv) => read(z.string(), (ref) => readReference(ref, env));

const listener = ({ host, port }: { readonly host: string; readonly port: number }) =>
  z
    .strictObject({ host: text().prefault(host), port: whole(0, 65_535).meta({ example: port }).prefault(port) })
    .prefault({});

function http() {
  return z.strictObject({ public: listener(defaults.http.public), private: listener(defaults.http.private) });
}

function slack(env: NodeJS.ProcessEnv) {
  return z.strictObject({
    mode: read(z.string(), readOneOf(['http', 'socket'] as const, 'a mode')).prefault(defaults.slack.mode),
    bot_token: reference(env).prefault(defaults.slack.bot_token),
    signing_secret: reference(env).prefault(defaults.slack.signing_secret),
    app_token: reference(env).prefault(defaults.slack.app_token),
    announce: channel(),
    people: z.record(z.string(), read(z.string(), readSlackId('UW', 'the id of a Slack user'))).prefault({}),
  });
}

function source(env: NodeJS.ProcessEnv) {
  const login = z.strictObject({
    user: read(z.string(), readUser).meta({ example: 'alertmanager' }),
    password: secret(env),
  });
  return z.strictObject({
    auth: z
      .strictObject({ bearer: list(secret(env)).optional(), basic: list(login).optional() })
      .meta({ example: { bearer: ['env:AM_TOKEN'] } }),
    api: sourceApi(env),
    heartbeat: sourceHeartbeat(),
  });
}

const severity = () => read(z.string(), readSeverity).meta({ example: 'warning' });

function severities() {
  return z.strictObject({
    from: list(text()).prefault(['severity', 'priority']),
    map: z.record(z.string(), severity()).prefault({
      none: 'ignore',
      info: 'info',
      warning: 'warning',
      error: 'high',
      critical: 'critical',
      page: 'critical',
    }),
    default: severity().prefault('warning'),
  });
}

function incidents() {
  const { reopen_within, recover_hold, flapping } = defaults.incidents;
  return z.strictObject({
    reopen_within: duration().prefault(reopen_within),
    recover_hold: duration().prefault(recover_hold),
    flapping: z
      .strictObject({
        transitions: whole(2, 1_000).prefault(4),
        within: duration().prefault('30m'),
        hold: duration().prefault(flapping.hold),
      })
      .prefault({}),
    storm: z.strictObject({ groups: whole(1, 100_000).prefault(20), within: duration().prefault('60s') }).prefault({}),
  });
}

function service(env: NodeJS.ProcessEnv) {
  return z.strictObject({
    match: matchers(),
    environment: text().optional(),
    slack: z
      .strictObject({
        channel: channel().optional(),
        group: read(z.string(), readGroup).optional(),
      })
      .prefault({}),
    target: target().optional(),
    health_url: read(z.string(), readEndpoint).meta({ example: 'https://checkout.shop.example/health' }).optional(),
    ...serviceAccess(),
    pagerduty: servicePagerDuty(env),
  });
}

function target() {
  return z.strictObject({
    cluster: read(z.string(), readClusterName).meta({ example: 'eu-1' }),
    namespace: read(z.string(), readNamespace).meta({ example: 'shop' }),
    kind: read(z.string(), readOneOf(kinds, 'a kind of workload')).meta({ example: 'Deployment' }),
    name: read(z.string(), readPart('a workload')).meta({ example: 'checkout' }),
  });
}

const route = () => z.strictObject({ match: matchers().optional(), policy: text().meta({ example: 'default' }) });
