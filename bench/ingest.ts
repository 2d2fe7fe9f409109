/**
 * Ingest: what it costs to take a webhook body in for good, and how soon it is recorded.
 *
 * Measured, on loopback, with bodies of 1.4 kB that hold one alert and each change it:
 * - `baseline`: a bare Fastify route that parses and validates (baseline.ts). `vigie`: the real bot, which also checks a
 *   token, commits the body to PostgreSQL before its 200, and records bodies beside. Each in turn has core 0 for itself;
 *   the sender, PostgreSQL, Redis and the simulated Slack share the other cores. Two rounds, baseline and bot by turns,
 *   each process warmed up first.
 * - The ratio of the two rates, and the bot's answer times under that load. As many connections as asked for send the
 *   next body as soon as they have an answer, so p99 is that of a saturated bot.
 * - After each saturating run: how long the bot needs to record what piled up.
 * - At a moderate rate: the time from a body's arrival to the commit that recorded it (PostgreSQL's commit timestamp of
 *   its line in the timeline), for 1,000 incidents, and for one incident of 200 alerts.
 * - CPU per body: what the service's process spent per body taken in, for the bot until the last one was recorded as well.
 *   It says the same on a busy machine, where the other figures say little.
 *
 * How to read it: the ratio and the counts travel between machines, req/s and ms do not. "sender" is the share of one
 * core that the sender used: near 1.00, it is the sender that was measured. A body counts as recorded when its
 * source's position in the inbox is past it, and as a change when the timeline has a line for it.
 */
import { changing } from './bodies.ts';
import type { Stream } from './bodies.ts';
import { keepOffServiceCore, lookAtMachine } from './machine.ts';
import { cpuOf, recordedAll, startBaseline, startBot, startServers, token } from './product.ts';
import type { Bot, Servers } from './product.ts';
import { progress, rounded, thousands } from './report.ts';
import type { Bar, Bench, Options, Report, Row } from './report.ts';
import { send } from './sender.ts';
import type { Sent } from './sender.ts';

const leastRatio = 0.4;
const mostP99 = 25;
const incidents = 1_000;
const warmUp = 2;

/** Bodies a second at which the time until recorded is measured: as if 1,000 groups changed every five seconds. */
const moderate = { perSecond: 200, seconds: 8 };

/** No storm limit: a thousand groups are to be a thousand incidents. */
const config = 'incidents: {storm: {groups: 100000, within: 60s}}\n';

interface Measured extends Sent {
  /** Microseconds of the service's CPU for each body. */
  readonly cpu: number;
}

interface Saturated extends Measured {
  /** Milliseconds from the last answer until nothing waited. */
  readonly drain: number;
}

/** Milliseconds from arrival to the commit that recorded it. */
interface Latency {
  readonly bodies: number;
  readonly p50: number;
  readonly p99: number;
}

interface ProductRun {
  readonly saturated: Saturated;
  readonly sent: number;
  readonly refused: number;
  readonly rows: number;
  readonly recorded: number;
  readonly parked: number;
  readonly changes: number;
  readonly latency: { readonly many: Latency; readonly hot: Latency } | null;
}

async function runBaseline(core: readonly string[], { seconds, connections }: Options): Promise<Measured> {
  await using service = await startBaseline(core);
  const { url } = service;
  const stream = changing(incidents, (alert) => `g${alert}`);
  const sending = { url, token, connections, next: () => stream.next(), rate: null };
  await send({ ...sending, seconds: warmUp });
  const before = await cpuOf(service);
  const sent = await send({ ...sending, seconds });
  progress(`baseline: ${thousands(sent.perSecond)} req/s`);
  return { ...sent, cpu: perBody((await cpuOf(service)) - before, sent) };
}

async function runProduct(
  servers: Servers,
  core: readonly string[],
  options: Options,
  withLatency: boolean,
  limit: AbortSignal,
): Promise<ProductRun> {
  const { seconds, connections, profile } = options;
  await using bot = await startBot(servers, { core, config, profile });
  const many = changing(incidents, (alert) => `g${alert}`);
  const hot = changing(200, () => 'hot');
  const sending = { url: bot.url, token, connections, next: () => many.next(), rate: null };
  const warm = await send({ ...sending, seconds: warmUp });
  await recordedAll(bot, limit);
  const before = await cpuOf(bot);
  const sent = await send({ ...sending, seconds });
  progress(`vigie: ${thousands(sent.perSecond)} req/s, p99 ${sent.p99} ms; recording what piled up`);
  const ended = performance.now();
  await recordedAll(bot, limit);
  const drain = Math.round(performance.now() - ended);
  const cpu = perBody((await cpuOf(bot)) - before, sent);
  progress(`vigie: nothing waits after ${drain} ms`);
  const runs = [warm, sent];
  const measured = async (stream: Stream): Promise<Latency> => {
    const after = Date.now();
    const next = (): string => stream.next();
    runs.push(await send({ ...sending, next, rate: moderate.perSecond, seconds: moderate.seconds }));
    await recordedAll(bot, limit);
    return latencyAfter(bot, after);
  };
  const latency = withLatency ? { many: await measured(many), hot: await measured(hot) } : null;
  if (latency !== null) progress(`recorded after (p50, p99): ${JSON.stringify(latency)}`);
  const { rows, recorded, parked } = await recordedAll(bot, limit);
  const { changes = 0 } = await bot.row(
    `select count(*) as changes from timeline where line ->> 'type' = 'AlertsChanged'`,
  );
  return {
    ...{ saturated: { ...sent, cpu, drain }, latency, rows, recorded, parked, changes },
    sent: many.given + hot.given,
    refused: runs.reduce((sum, run) => sum + run.refused, 0),
  };
}

const perBody = (seconds: number, { requests }: Sent): number => Math.round((seconds * 1e6) / requests);

/** Each body makes one line of a timeline, dated by its arrival; `xmin` is the transaction that wrote it. */
async function latencyAfter(bot: Bot, after: number): Promise<Latency> {
  const {
    bodies = 0,
    p50 = 0,
    p99 = 0,
  } = await bot.row(
    `select count(*) as bodies, percentile_cont(0.5) within group (order by ms) as p50,
            percentile_cont(0.99) within group (order by ms) as p99
     from (select extract(epoch from pg_xact_commit_timestamp(xmin) - at) * 1000 as ms
           from timeline where at >= to_timestamp($1 / 1000.0) and line ->> 'type' = 'AlertsChanged') took`,
    [after],
  );
  return { bodies, p50: rounded(p50), p99: rounded(p99) };
}

function rowOf(label: string, { perSecond, p50, p99, cpu, refused, senderLoad }: Measured): Row {
  return [label, thousands(perSecond), p50, p99, cpu, refused, senderLoad.toFixed(2)];
}

function barsOf(ratio: number, p99: number, runs: readonly ProductRun[], baseline: readonly Sent[]): readonly Bar[] {
  const total = (key: 'sent' | 'rows' | 'recorded' | 'parked' | 'refused' | 'changes'): number =>
    runs.reduce((sum, run) => sum + run[key], 0);
  const refused = total('refused') + baseline.reduce((sum, run) => sum + run.refused, 0);
  const [sent, rows, recorded, changes] = [total('sent'), total('rows'), total('recorded'), total('changes')];
  return [
    { says: `ratio ${ratio} is at least ${leastRatio}`, holds: ratio >= leastRatio },
    { says: `p99 ${p99} ms is below ${mostP99} ms`, holds: p99 < mostP99 },
    { says: `${refused} answers were not 2xx`, holds: refused === 0 },
    {
      says: `${sent} bodies sent = ${rows} stored = ${recorded} recorded, ${total('parked')} parked`,
      holds: sent === rows && rows === recorded && total('parked') === 0,
    },
    { says: `${changes} of ${recorded} bodies changed an alert (99 %)`, holds: changes >= 0.99 * recorded },
  ];
}

/** `npm run bench -- ingest`. */
export const ingest: Bench = {
  name: 'ingest',
  about: 'how fast bodies are taken in, against a bare Fastify route, and how soon they are recorded',
  seconds: ['length of each saturating run', 6],
  connections: ['connections of the sender', 32],
  async run(options, limit): Promise<Report> {
    const machine = await lookAtMachine();
    const core = keepOffServiceCore();
    await using servers = await startServers();
    const baseline: Measured[] = [];
    const product: ProductRun[] = [];
    for (const round of [1, 2]) {
      progress(`round ${round} of 2`);
      baseline.push(await runBaseline(core, options));
      product.push(await runProduct(servers, core, options, round === 2, limit));
    }
    const rate = (runs: readonly Sent[]): number => runs.reduce((sum, run) => sum + run.perSecond, 0) / runs.length;
    const saturated = product.map((run) => run.saturated);
    const ratio = rounded(rate(saturated) / rate(baseline));
    const p99 = Math.max(...saturated.map((run) => run.p99));
    const latency = product.flatMap((run) => run.latency ?? [])[0];
    return {
      rows: [
        ['', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/body', 'not 2xx', 'sender'],
        ...baseline.map((run, index) => rowOf(`baseline, round ${index + 1}`, run)),
        ...saturated.map((run, index) => rowOf(`vigie, round ${index + 1}`, run)),
        ...saturated.map((run, index): Row => [`backlog recorded, round ${index + 1}`, '', '', run.drain]),
        [
          `recorded, ${moderate.perSecond}/s, ${incidents} incidents`,
          '',
          latency?.many.p50 ?? '',
          latency?.many.p99 ?? '',
        ],
        [`recorded, ${moderate.perSecond}/s, 1 incident`, '', latency?.hot.p50 ?? '', latency?.hot.p99 ?? ''],
      ],
      bars: barsOf(ratio, p99, product, baseline),
      figures: { machine, pinned: core.length > 0, ratio, p99, baseline, product },
    };
  },
};
