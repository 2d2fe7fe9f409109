/** A whole Vigie for a scenario: the real app on a real database, a simulated Slack, and the webhook's door. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { vi } from 'vitest';
import { z } from 'zod';
import type { SlackOptions, SlackSandbox } from '../../sandbox/slack/server.ts';
import { startSlack } from '../../sandbox/slack/server.ts';
import { startApp } from '../../src/app.ts';
import type { App } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Listed } from '../../src/incident/contracts.ts';
import type { Shown } from '../../src/store/queries.ts';

/** What a scenario may choose. */
export interface Choices {
  /** Lines added to vigie.yaml. */
  readonly yaml?: string;
  /** Added to the entry of the source `main`: `, api: {…}`. */
  readonly source?: string;
  /** `DATABASE_URL`, `REDIS_URL` and the like; without them everything is embedded. */
  readonly env?: Readonly<Record<string, string>>;
  readonly slack?: SlackOptions;
  /** Milliseconds between two polls of an Alertmanager, and until somebody is paged without a database. */
  readonly pace?: { readonly poll?: number; readonly emergency?: number };
}

/** A running Vigie with its neighbours. */
export interface Vigie extends AsyncDisposable {
  readonly app: App;
  readonly slack: SlackSandbox;
  /** Where Alertmanager posts, with the token it sends. */
  readonly webhook: string;
  readonly token: string;
  /** The log so far, JSON lines. */
  readonly log: () => string;
  /** Posts a body as Alertmanager does. */
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Resolves when everything stored is recorded and Slack has been told everything. */
  settled(): Promise<void>;
  list(): Promise<readonly Listed[]>;
  show(number: number): Promise<Shown>;
}

const token = 'a-token-that-no-log-may-show';

/** Starts it; takes about 3 s when embedded. */
export async function startVigie(choices: Choices = {}): Promise<Vigie> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vigie-scenario-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const slack = stack.use(await startSlack(choices.slack));
  const path = join(folder, 'vigie.yaml');
  await writeFile(
    path,
    `version: 1
http: {public: {host: 127.0.0.1, port: 0}, private: {host: 127.0.0.1, port: 0}}
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}${choices.source ?? ''}}}
${choices.yaml ?? ''}`,
  );
  const runbooks = join(folder, 'runbooks');
  await mkdir(runbooks);
  const env = {
    // None, unless the scenario brings its own.
    VIGIE_RUNBOOKS: runbooks,
    ...{ VIGIE_DATA: join(folder, 'data'), SLACK_API_URL: slack.url, SLACK_BOT_TOKEN: 'xoxb-sandbox', AM_TOKEN: token },
    SLACK_SIGNING_SECRET: slack.seed.signingSecret,
    ...choices.env,
  };
  let logged = '';
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void (logged += line) });
  const app = stack.use(
    await startApp(loadConfig({ env, path }), new Set(['bot', 'worker']), log, {
      poll: 30_000,
      emergency: 60_000,
      ...choices.pace,
    }),
  );
  slack.connectApp(`${app.publicUrl}/slack/events`);
  const webhook = `${app.privateUrl}/alertmanager/main`;
  // Our own listener's answers; the scenario's expectations are what checks them.
  const read = async <T>(route: string): Promise<T> => (await (await fetch(`${app.privateUrl}${route}`)).json()) as T;
  const running = stack.move();
  return {
    ...{ app, slack, webhook, token, log: () => logged },
    post: (body, headers = {}) =>
      fetch(webhook, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
        body,
      }),
    settled: () => vi.waitUntil(() => isSettled(app), { timeout: 30_000, interval: 25 }).then(() => undefined),
    list: () => read('/incidents?all'),
    show: (number) => read(`/incidents/${number}`),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function isSettled({ privateUrl }: App): Promise<boolean> {
  const metrics = await (await fetch(`${privateUrl}/metrics`)).text();
  return /^vigie_inbox_waiting 0$/m.test(metrics) && !/^vigie_outbox_pending\{room="slack"\} [1-9]/m.test(metrics);
}

const capture = z.object({ requests: z.array(z.object({ body: z.string() })) });

/** The bodies of a recorded capture, in order. */
export async function bodiesOf(name: string): Promise<readonly string[]> {
  const file = join(import.meta.dirname, '../fixtures/alertmanager', `${name}.json`);
  return capture.parse(JSON.parse(await readFile(file, 'utf8'))).requests.map(({ body }) => body);
}
