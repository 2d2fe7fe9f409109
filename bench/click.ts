/**
 * Click: how long the approving click needs until the change arrives at the API server.
 *
 * Measured, on PostgreSQL and Redis, with bot and worker as processes of their own, and a cluster that speaks HTTPS:
 * - `click`: from the moment in which Slack sends the press of [Run it] until the PATCH arrives that restarts the
 *   workload. On the way the press is recorded, the bell rings, the worker claims the run, looks at the workload, tries
 *   the write without effect, notes it, and sends it.
 * - `direct`: the same client sends a PATCH on its own, in the same run. The bar is on what comes on top of its median.
 * - `direct, in three`: the same client looks, tries and sends, as a run does: what the care costs by itself.
 * - The way of a click in parts: until it is committed, until the worker first asks the cluster, until the PATCH.
 *
 * How to read it: incidents are open and cards shown before anybody clicks; clicks come one after the other, while the
 * rollouts of those before are watched. Times are milliseconds on one clock. The simulated Slack and cluster share a
 * process with the bench.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../src/kubernetes/cluster.ts';
import { openClusters } from '../src/kubernetes/cluster.ts';
import { patchedAt, startActing } from './acting.ts';
import type { Acting } from './acting.ts';
import { lookAtMachine } from './machine.ts';
import { startServers, until } from './product.ts';
import { percentile, progress, rounded } from './report.ts';
import type { Bench, Row } from './report.ts';

const mostP99 = 100;
const spare = 'spare';
const directs = 60;
const button = 'vigie.run.approve';

/** A click and its consequences, in milliseconds since 1970. */
interface Click {
  readonly run: string;
  readonly service: string;
  readonly clicked: number;
  readonly patched: number;
}

/** The parts of a click's way, in milliseconds. */
interface Parts {
  readonly committed: number;
  readonly looked: number;
  readonly patched: number;
}

/** A press is found by its incident's number, which is in the channel's name. */
const channelOf = ({ slack }: Acting, service: string): string =>
  slack.state().channels.find(({ name }) => name.endsWith(`-${service}`))?.name ?? '';

async function openIncidents(acting: Acting, services: readonly string[], limit: AbortSignal): Promise<void> {
  for (const service of services) await acting.alert('Slow', service);
  const ready = (): boolean =>
    services.every((service) => {
      const channel = acting.slack.state().channels.find(({ name }) => name.endsWith(`-${service}`));
      return channel !== undefined && channel.members.includes('U0CHLOE') && channel.messages.length > 0;
    });
  await until(async () => (ready() ? true : null), 100, limit);
}

/** Asks for a restart everywhere, waits for the buttons, and presses one after the other. */
async function round(acting: Acting, services: readonly string[], limit: AbortSignal): Promise<readonly Click[]> {
  const { slack } = acting;
  for (const service of services) {
    await slack.command('chloe', `#${channelOf(acting, service)}`, `/incident do restart`);
  }
  const clicks: Click[] = [];
  for (const service of services) {
    const channel = channelOf(acting, service);
    const shown = await until(async () => buttonIn(acting, channel), 20, limit);
    const clicked = Date.now();
    const { status } = await slack.click('chloe', `#${channel}`, shown.ts, button);
    if (status !== 200) throw new Error(`a press in ${channel} was answered ${status}`);
    const patched = await until(async () => patchedAt(acting, service, clicked), 5, limit);
    clicks.push({ run: shown.run, service, clicked, patched });
    await pause(50);
  }
  // Nothing is asked for on a workload that is still rolling out.
  const running = `select count(*)::text as count from runs where stand in ('planning', 'running', 'watching')`;
  await until(async () => ((await acting.rows(running))[0]?.['count'] === '0' ? true : null), 100, limit);
  return clicks;
}

/** The newest card in a channel whose plan waits for a yes. */
function buttonIn({ slack }: Acting, channel: string): { readonly ts: string; readonly run: string } | null {
  const found = slack.channel(channel).messages.findLast(({ blocks }) => JSON.stringify(blocks).includes(button));
  const run = /"v1:(\d+-\d+):approve:/.exec(JSON.stringify(found?.blocks))?.[1];
  return found === undefined || run === undefined ? null : { ts: found.ts, run };
}

async function partsOf(acting: Acting, clicks: readonly Click[]): Promise<readonly Parts[]> {
  const rows = await acting.rows(
    `select line ->> 'run' as run, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::text as at
     from timeline where line ->> 'type' = 'ActionApproved'`,
  );
  const committed = new Map(rows.map(({ run = '', at }) => [run, Number(at)]));
  const calls = acting.cluster.calls();
  return clicks.map(({ run, service, clicked, patched }) => {
    const done = committed.get(run) ?? clicked;
    // The rollout of the round before is long over: between commit and PATCH only this run asks about this workload.
    const look = calls.find(({ at, path }) => at >= Math.floor(done) && path.endsWith(`/deployments/${service}`));
    const looked = look?.at ?? patched;
    return { committed: rounded(done - clicked), looked: rounded(looked - done), patched: patched - looked };
  });
}

/** Milliseconds until a PATCH on its own, and one after a look and a trial, arrive at the API server. */
async function direct(acting: Acting, cluster: Cluster, careful: boolean): Promise<number> {
  const path = `/apis/apps/v1/namespaces/shop/deployments/${spare}`;
  const body = { metadata: { annotations: { 'bench.example/at': String(Date.now()) } } };
  const began = Date.now();
  if (careful) {
    await cluster.get(path);
    await cluster.patch(path, body, 'merge', { dryRun: 'All' });
  }
  await cluster.patch(path, body, 'merge', {});
  return (patchedAt(acting, spare, began) ?? Date.now()) - began;
}

async function directly(
  acting: Acting,
): Promise<{ readonly one: readonly number[]; readonly three: readonly number[] }> {
  const settings = { kubeconfig: acting.cluster.kubeconfig('bot-token'), context: null };
  await using clusters = openClusters({ 'eu-1': settings });
  const cluster = clusters.get('eu-1');
  await direct(acting, cluster, true);
  const [one, three]: [number[], number[]] = [[], []];
  for (let count = 0; count < directs; count += 1) {
    one.push(await direct(acting, cluster, false));
    three.push(await direct(acting, cluster, true));
  }
  return { one, three };
}

const rowOf = (label: string, values: readonly number[]): Row => [
  label,
  values.length,
  percentile(values, 0.5),
  percentile(values, 0.9),
  percentile(values, 0.99),
  rounded(Math.max(...values)),
];

/** `npm run bench -- click`. */
export const click: Bench = {
  name: 'click',
  about: 'how long the approving click needs until the change arrives at the API server',
  seconds: ['how long to go on clicking', 75],
  connections: ['incidents, each about a workload of its own', 20],
  async run({ seconds, connections, profile }, limit) {
    const machine = await lookAtMachine();
    await using servers = await startServers();
    const services = Array.from({ length: connections }, (_, index) => `web-${index + 1}`);
    const ago = 3_600_000;
    const workloads = [...services, spare].map((name) => ({
      ...{ kind: 'Deployment' as const, name, replicas: 1 },
      history: [{ image: `shop/${name}:v1`, ago, settle: name === spare }] as const,
    }));
    const cluster = { seed: { workloads, objects: [] } };
    await using acting = await startActing(servers, {
      services,
      automation: 'dry-run',
      runbook: null,
      cluster,
      profile,
    });
    await openIncidents(acting, services, limit);
    progress(`${connections} incidents are open`);
    await round(acting, services.slice(0, 2), limit);
    const clicks: Click[] = [];
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      clicks.push(...(await round(acting, services, limit)));
      progress(`${clicks.length} clicks, the median took ${percentile(clicks.map(took), 0.5)} ms`);
    }
    const { one, three } = await directly(acting);
    const parts = await partsOf(acting, clicks);
    const all = clicks.map(took);
    const beyond = rounded(percentile(all, 0.99) - percentile(one, 0.5));
    acting.cluster.assertSound();
    return {
      rows: [
        ['milliseconds', 'count', 'p50', 'p90', 'p99', 'most'],
        rowOf('click to PATCH', all),
        rowOf('direct PATCH', one),
        rowOf('direct, in three', three),
        rowOf(
          'click to commit',
          parts.map((part) => part.committed),
        ),
        rowOf(
          'commit to first look',
          parts.map((part) => part.looked),
        ),
        rowOf(
          'first look to PATCH',
          parts.map((part) => part.patched),
        ),
      ],
      bars: [
        { says: `p99 is ${beyond} ms beyond a direct PATCH, at most ${mostP99} ms`, holds: beyond <= mostP99 },
        { says: `${clicks.length} clicks are enough for a p99 (100)`, holds: clicks.length >= 100 },
      ],
      figures: { machine, clicks: all, direct: one, directInThree: three, parts },
    };
  },
};

const took = ({ clicked, patched }: Click): number => patched - clicked;
