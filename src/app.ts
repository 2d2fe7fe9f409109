/** Wires the rooms to the engine in one straight line, and unwinds them in reverse. The only file that knows them all. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { refuseDeed } from './access/rails.ts';
import { openChecks } from './checks/checks.ts';
import type { Config, Listener } from './config/config.ts';
import { watchDowntime } from './wiring/downtime.ts';
import { openEmergency } from './wiring/emergency.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { close, listener, showHealth, showViews } from './http.ts';
import { performClock } from './incident/clock.ts';
import type { ClusterSettings } from './kubernetes/kubeconfig.ts';
import { openKubernetes } from './kubernetes/kubernetes.ts';
import type { Rules } from './incident/rules.ts';
import { openIntake } from './wiring/intake.ts';
import { openMonitorRoom } from './wiring/monitor.ts';
import { readiness } from './ops/health.ts';
import { openPagerRoom } from './wiring/pager.ts';
import type { Pager } from './wiring/pager.ts';
import type { PersonOf } from './wiring/pager-people.ts';
import type { Runbook } from './runbook/runbook.ts';
import { openSlack } from './slack/slack.ts';
import type { SlackRoom } from './slack/slack.ts';
import { switchAutomation } from './store/automation.ts';
import { planChecklists } from './store/checklists.ts';
import { statsOf } from './store/learning.ts';
import { prune } from './store/outbox.ts';
import { currentIncident, incidentOfChannel, listIncidents, showIncident } from './store/queries.ts';
import { keep, recall, receiptsOf } from './store/receipts.ts';
import { nameSources } from './store/store.ts';
import { beat, watchHeartbeats } from './wiring/watchdog.ts';
import { within } from './wiring/within.ts';

/** Which parts one process plays. The bot alone holds Slack's credentials, the worker alone the clusters'. */
export type Part = 'bot' | 'worker';

/** A running process. */
export interface App extends AsyncDisposable {
  /** Where Slack reaches it; null for a worker. */
  readonly publicUrl: string | null;
  readonly privateUrl: string;
  /** From now on incidents that open get these runbooks; those that are open keep what they have. */
  readonly stock: (runbooks: readonly Runbook[]) => Promise<void>;
}

/** How often Alertmanager is polled, and how long the database may be away before somebody is paged. */
const usualPace = { poll: 30_000, emergency: 60_000 };

/** Starts the parts, and returns when they listen. Disposing of the app stops it: take nothing in, finish, close. */
export async function startApp(loaded: Config, parts: ReadonlySet<Part>, log: Logger, pace = usualPace): Promise<App> {
  await using stack = new AsyncDisposableStack();
  const names = new Map<string, string>();
  const { config, put } = stockable(loaded, names);
  let stopping = false;
  const bot = parts.has('bot');
  const worker = parts.has('worker') && Object.keys(config.clusters).length > 0;
  const rooms = [
    ...(bot ? (['slack', 'checks', 'pagerduty', 'alertmanager'] as const) : []),
    ...(worker ? (['kubernetes'] as const) : []),
    'clock' as const,
  ];
  const engine = await openEngine(config, rooms, log, stack, () => stopping);
  await watchDowntime(engine, log, stack);
  engine.answer('clock', 4, performClock);

  const publicServer = bot ? listener() : null;
  const privateServer = listener();
  if (publicServer !== null) {
    await keepHouse(engine, config, stack);
    const { promise: slack, resolve: opened } = Promise.withResolvers<Pick<SlackRoom, 'personOf'>>();
    const personOf: PersonOf = async (email) => (await slack).personOf(email);
    const pager = await openPagerRoom({ config, engine, server: publicServer, names, personOf, log }, stack);
    opened(await openSlackRoom(config, engine, publicServer, pager, log, stack));
    const emergency = openEmergency({ config, engine, ...pager, log, after: pace.emergency }, stack);
    await openIntake(config, engine, privateServer, emergency, log, stack);
    openMonitorRoom(config, engine, log, stack, pace.poll);
    watchHeartbeats(config, engine, log, stack);
    engine.answer('checks', 8, openChecks({ ...config.checks, clock: engine.clock }).perform);
    showHealth(publicServer);
  }
  if (worker) openKubernetesRoom(config, engine, stack);
  showHealth(privateServer);
  const ready = () => readiness(engine.db, () => engine.bell.isHeard(), stopping);
  if (bot) beat(config, engine, async () => (await ready()).ready, log, stack);
  showViews(privateServer, {
    ready,
    metrics: engine.metrics,
    list: (all) => listIncidents(engine.db, all, 500),
    show: (number) => showIncident(engine.db, number),
    stats: (runbook) => statsOf(engine.db, runbook),
  });
  const privateUrl = await listen(stack, privateServer, config.http.private);
  const publicUrl = publicServer === null ? null : await listen(stack, publicServer, config.http.public);
  stack.defer(() => {
    stopping = true;
  });
  const running = stack.move();
  return {
    ...{ publicUrl, privateUrl },
    stock: async (runbooks) => {
      put(runbooks);
      if (bot) await planChecklists(engine.db, runbooks, engine.clock());
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A configuration whose library can be changed while everything else stays as it was loaded. */
function stockable(
  loaded: Config,
  names: ReadonlyMap<string, string>,
): { readonly config: Config; readonly put: (runbooks: readonly Runbook[]) => void } {
  let library = loaded.rules.runbooks;
  const rules: Rules = {
    ...loaded.rules,
    names,
    get runbooks() {
      return library;
    },
  };
  return { config: { ...loaded, rules }, put: (runbooks) => void (library = runbooks) };
}

async function openSlackRoom(
  config: Config,
  { db, store, clock, answer }: Engine,
  server: FastifyInstance,
  { onCall }: Pager,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<SlackRoom> {
  const { slack, rules } = config;
  const room = await openSlack({
    settings: slack,
    record: (event, number, cause, actor) =>
      within(store.record({ event, number, cause, actor }, deedDeadline), deedDeadline + 500, 'the database'),
    read: {
      incident: (number) => currentIncident(db, number),
      incidentOfChannel: (channel) => incidentOfChannel(db, channel),
      channelOf: (number) => receiptsOf(db, number, clock).get('channel'),
      list: () => listIncidents(db, false, 50),
      statsOf: (runbook) => statsOf(db, runbook),
    },
    recall: (name) => recall(db, name),
    keep: (name, value) => keep(db, name, value, clock()),
    teamOf: (service) => rules.services.find(({ name }) => name === service)?.slack ?? { channel: null, group: null },
    onCall,
    facts: rules,
    switchAutomation: (to, actor) => switchAutomation(db, to, actor, rules, clock()),
    library: () => rules.runbooks,
    clock,
    log,
  });
  // A click must not stand behind a dozen cards: `npm run bench -- click` has a p99 of 63 ms with so few lanes here and at the
  // worker, and of 81 to 142 ms with twice as many.
  answer('slack', 4, room.perform);
  await room.mount?.(server);
  await room.start();
  stack.defer(() => room.stop(5_000));
  return room;
}

/** Only a worker enters clusters, and it looks at its own configuration first: a forged row can't make it do more. */
function openKubernetesRoom(config: Config, { answer, clock }: Engine, stack: AsyncDisposableStack): void {
  const settings = Object.entries(config.clusters).map(([name, cluster]): [string, ClusterSettings] => [
    name,
    cluster.by === 'kubeconfig'
      ? { kubeconfig: () => cluster.kubeconfig.reveal(), context: cluster.context }
      : { inCluster: true },
  ]);
  const room = stack.use(
    openKubernetes({
      clusters: Object.fromEntries(settings),
      clock,
      random: Math.random,
      allowed: (target, order) => {
        const deed = { order, target, at: clock(), breakGlass: true, replicas: null, recent: [] };
        return refuseDeed(deed, config.rules)?.refused ?? null;
      },
    }),
  );
  // Looks at rollouts share these lanes with the runs that somebody waits for; a hung cluster holds one for ten seconds a call.
  answer('kubernetes', 8, room.perform);
}

/** People wait three seconds at most in Slack, so the database gets half of that. */
const deedDeadline = 1_500;

/** What the record needs before alerts come in, and what it has no use for any more. */
async function keepHouse(
  { db, clock }: Engine,
  { retention, rules, sources }: Config,
  stack: AsyncDisposableStack,
): Promise<void> {
  await nameSources(db, Object.keys(sources));
  await planChecklists(db, rules.runbooks, clock());
  // What could not be pruned this hour is pruned the next.
  const timer = setInterval(() => void prune(db, clock() - retention.outbox).catch(() => 0), 3_600_000);
  stack.defer(() => clearInterval(timer));
}

async function listen(stack: AsyncDisposableStack, server: FastifyInstance, { host, port }: Listener): Promise<string> {
  await server.listen({ host, port });
  stack.defer(() => close(server));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a string only for a pipe, null only before listening
  const bound = server.server.address() as AddressInfo;
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${bound.port}`;
}
