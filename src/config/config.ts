/** The configuration: vigie.yaml and the environment become one frozen `Config`, or every fault at once. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Duration } from '../incident/incident.ts';
import type { Rules } from '../incident/rules.ts';
import type { Runbook } from '../runbook/runbook.ts';
import { buildClusters } from './access/build.ts';
import type { Cluster } from './access/build.ts';
import { readYaml } from './document.ts';
import type { Environment, LogLevel, PagerDutyApis, QueueConfig, StoreConfig } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { buildEscalation, buildPagerDuty } from './escalation/build.ts';
import type { EscalationConfig, PagerDutyConfig } from './escalation/build.ts';
import type { Complaint, Fault } from './fault.ts';
import { ConfigFaults, printPath } from './fault.ts';
import { explainIssues } from './issues.ts';
import { checkRelations } from './relations.ts';
import { record } from './record.ts';
import { buildRules } from './rules.ts';
import { readLibrary } from './runbooks/library.ts';
import type { Library, Named } from './runbooks/library.ts';
import type { FileValues } from './schema.ts';
import { fileSchema } from './schema.ts';
import type { Secret } from './secret.ts';
import { codeOf } from './secret.ts';
import { buildApi, buildOwnHeartbeat, buildSourceHeartbeat } from './sources.ts';
import type { OwnHeartbeat, SourceApi, SourceHeartbeat } from './sources.ts';

export type { Fault } from './fault.ts';
export { ConfigFaults } from './fault.ts';
export type { Cluster } from './access/build.ts';
export type { LogLevel, QueueConfig, StoreConfig } from './environment.ts';
export type { EscalationConfig, PagerDutyConfig } from './escalation/build.ts';
export type { Secret } from './secret.ts';

/** Where to listen; port 0 lets the system choose. */
export interface Listener {
  readonly host: string;
  readonly port: number;
}

/** The Slack workspace, and the one secret that the chosen mode needs besides the bot token. */
export type SlackConfig = {
  /** Base address of the Web API, with a slash at its end. */
  readonly api: string;
  readonly botToken: Secret;
  /** Id of the announcement channel. */
  readonly announce: string;
  /** Slack user id by e-mail address (in lower case), for people whose addresses differ. */
  readonly people: Readonly<Record<string, string>>;
} & (
  | { readonly mode: 'http'; readonly signingSecret: Secret }
  | { readonly mode: 'socket'; readonly appToken: Secret }
);

/** One Alertmanager. Any one of the credentials lets a body in; at least one is there. */
export interface Source {
  readonly bearer: readonly Secret[];
  readonly basic: readonly { readonly user: string; readonly password: Secret }[];
  /** Null where Alertmanager can't be asked. */
  readonly api: SourceApi | null;
  /** Null where no heartbeat is watched. */
  readonly heartbeat: SourceHeartbeat | null;
}

/** Everything that is decided before Vigie starts; frozen to its depth. Its records have no prototype. */
export interface Config {
  /** The file it came from, as it was named. */
  readonly path: string;
  /** IANA name. */
  readonly timezone: string;
  /** `public` is for Slack and PagerDuty; `private` for Alertmanager, health and metrics. */
  readonly http: { readonly public: Listener; readonly private: Listener };
  readonly slack: SlackConfig;
  readonly sources: Readonly<Record<string, Source>>;
  readonly rules: Rules;
  readonly escalation: EscalationConfig;
  /** Null when nothing is written about PagerDuty. */
  readonly pagerduty: PagerDutyConfig | null;
  readonly pagerDutyApis: PagerDutyApis;
  /** What tells a monitor outside that Vigie is well; null for nothing. */
  readonly heartbeat: OwnHeartbeat | null;
  /** By name, as targets say it. */
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** What runbooks may ask: Prometheus, and these hosts (`host` or `host:port`), those of the services' `health_url` among them. */
  readonly checks: { readonly prometheus: { readonly url: string } | null; readonly hosts: readonly string[] };
  /** How long the audit trail and the settled rows of the outbox are kept. */
  readonly retention: { readonly audit: Duration; readonly outbox: Duration };
  readonly store: StoreConfig;
  readonly queue: QueueConfig;
  readonly logLevel: LogLevel;
}

/** Where to read. Without a path, the environment's VIGIE_CONFIG names the file, or else it is ./vigie.yaml. */
export interface ConfigOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly path?: string;
}

/**
 * Reads and checks the configuration. Throws `ConfigFaults`, whose message is the report to print, if anything is
 * wrong.
 */
export function loadConfig(options: ConfigOptions): Config {
  const { config, faults } = readConfig(options);
  if (config === null) throw new ConfigFaults(faults);
  return config;
}

/** Every fault of the configuration, in the order of the file, the environment's last; none when it would load. */
export function checkConfig(options: ConfigOptions): readonly Fault[] {
  return readConfig(options).faults;
}

type Outcome =
  | { readonly config: Config; readonly faults: readonly [] }
  | { readonly config: null; readonly faults: readonly Fault[] };

function readConfig({ env, path }: ConfigOptions): Outcome {
  const file = path ?? (env['VIGIE_CONFIG'] || './vigie.yaml');
  const { environment, complaints } = readEnvironment(env);
  const { values, hash, faults } = readFile(file, env);
  const library = libraryOf(env, values === null ? null : namedIn(values));
  if (environment !== null && values !== null && library.faults.length === 0) {
    return { config: assemble(file, hash, values, environment, library.runbooks), faults: [] };
  }
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const unplaced = complaints.map(({ path: name, problem, remedy }) => ({
    file: 'environment',
    line: 0,
    column: 0,
    path: printPath(name),
    problem,
    remedy,
  }));
  return { config: null, faults: [...sorted, ...library.faults, ...unplaced] };
}

/** The runbooks of the folder that VIGIE_RUNBOOKS names, or else of ./runbooks, which need not be there. */
function libraryOf(env: NodeJS.ProcessEnv, inFile: Named | null): Library {
  const named = env['VIGIE_RUNBOOKS'] || null;
  return named === null && !existsSync('runbooks')
    ? { runbooks: [], faults: [] }
    : readLibrary(named ?? 'runbooks', inFile);
}

const namedIn = ({ policies, services }: FileValues): Named => ({
  services: Object.keys(services),
  levels: [...new Set(Object.values(policies).flatMap(({ levels = [] }) => levels.map(({ id }) => id)))],
});

interface FileOutcome {
  readonly values: FileValues | null;
  readonly hash: string;
  readonly faults: readonly Fault[];
}

function readFile(file: string, env: NodeJS.ProcessEnv): FileOutcome {
  const refuse = (problem: string, remedy: string): FileOutcome => {
    return { values: null, hash: '', faults: [{ file, line: 0, column: 0, path: '', problem, remedy }] };
  };
  let bytes: Buffer;
  let text: string;
  try {
    bytes = readFileSync(file);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return refuse('there is no such file', 'copy vigie.example.yaml to it, or set VIGIE_CONFIG');
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return refuse('the file is not UTF-8 text', 'save it as UTF-8');
    return refuse(`the file can't be read (${code})`, 'name a file that the user who runs Vigie may read');
  }
  const { tree, faults } = readYaml(file, text);
  if (tree === null) return { values: null, hash: '', faults };
  if (tree.root === null) return refuse('the file is empty', 'copy vigie.example.yaml to it');
  const schema = fileSchema(env);
  const result = schema.safeParse(tree.root);
  const complaints: readonly Complaint[] = [
    ...explainIssues(result.error?.issues ?? [], schema, tree.root),
    ...checkRelations(tree.root, env),
  ];
  const all = [...faults, ...complaints.map(tree.locate)];
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { values: all.length === 0 && result.success ? result.data : null, hash, faults: all };
}

function assemble(
  path: string,
  hash: string,
  values: FileValues,
  environment: Environment,
  runbooks: readonly Runbook[],
): Config {
  const { timezone, http, sources, retention } = values;
  const { store, queue, logLevel, slackApi, pagerDutyApis } = environment;
  return deepFreeze({
    path,
    timezone,
    http,
    slack: assembleSlack(values.slack, slackApi),
    sources: record(Object.entries(sources).map(([name, source]) => [name, readSource(name, source)])),
    rules: buildRules(hash, values, runbooks),
    escalation: buildEscalation(values),
    pagerduty: buildPagerDuty(values),
    pagerDutyApis,
    heartbeat: buildOwnHeartbeat(values.heartbeat),
    clusters: buildClusters(values),
    checks: assembleChecks(values),
    retention,
    store,
    queue,
    logLevel,
  });
}

const readSource = (
  name: string,
  { auth: { bearer = [], basic = [] }, api, heartbeat }: FileValues['sources'][string],
): Source => ({ bearer, basic, api: buildApi(name, api), heartbeat: buildSourceHeartbeat(heartbeat) });

function assembleChecks({ prometheus, checks, services }: FileValues): Config['checks'] {
  const healthHosts = Object.values(services).flatMap(({ health_url }) =>
    health_url === undefined ? [] : [health_url.host],
  );
  return { prometheus: prometheus ?? null, hosts: [...new Set([...(checks.hosts ?? []), ...healthHosts])] };
}

function assembleSlack(slack: FileValues['slack'], api: string): SlackConfig {
  const people = record(Object.entries(slack.people).map(([address, user]) => [address.toLowerCase(), user]));
  const base = { api, botToken: slack.bot_token, announce: slack.announce, people };
  switch (slack.mode) {
    case 'http':
      return { ...base, mode: slack.mode, signingSecret: slack.signing_secret };
    case 'socket':
      return { ...base, mode: slack.mode, appToken: slack.app_token };
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
