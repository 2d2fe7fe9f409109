/**
 * Rollback: how soon a bad deploy is taken back, and how that compares with an engineer who has kubectl at hand.
 *
 * Measured, on PostgreSQL and Redis, with bot and worker as processes of their own, and a cluster that speaks HTTPS:
 * - `webhook to PATCH`: error spikes arrive evenly over a while, each about a service of its own that was deployed five
 *   minutes ago. From the moment in which Alertmanager sends the webhook until the PATCH that rolls back arrives at the
 *   API server. On the way the incident opens, its runbook looks at the pods, the rollback is planned, and allowed.
 * - `webhook to healthy`: for services of three pods, one after the other: until the end of the rollout is on record.
 * - `kubectl`: for as many others, by turns with those: `kubectl rollout undo`, then `kubectl rollout status` until it
 *   returns, on the same cluster. The bar is the ratio of the two medians.
 *
 * How to read it: milliseconds of the first travel badly between machines; the ratio does well, because how long pods
 * take is the simulated cluster's. The bad versions run fine there: only their users would notice.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkloadSeed } from '../sandbox/kubernetes/seed/seed.ts';
import { kubectlFor } from '../test/servers/kubectl.ts';
import { patchedAt, startActing } from './acting.ts';
import type { Acting } from './acting.ts';
import { lookAtMachine } from './machine.ts';
import { startServers, until } from './product.ts';
import { percentile, progress, rounded } from './report.ts';
import type { Bench, Row } from './report.ts';

const mostP99 = 2_000;
const mostRatio = 1.1;
/** Rollbacks of each side that are watched to their end. */
const races = 3;

const runbook = {
  id: 'error-spike',
  text: `id: error-spike
title: Errors after a deploy
match: ['alertname="HighErrorRate"']
steps:
  - id: pods
    title: What do the pods say?
    check: {kubernetes: {diagnose: '{{service.target}}'}}
    auto: true
    on_failure: next
  - id: rollback
    title: Back to the last version that worked
    action: {rollback: {target: '{{service.target}}', to: previous}}
    auto: true
    verify: {rollout: 120s}
    on_failure: stop
`,
};

const named = (word: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${word}-${index + 1}`);

/** Two good versions each, the newer one of five minutes ago. Only the last workload waits: the others settle beside it. */
function workloadsOf(names: readonly string[], replicas: number): readonly WorkloadSeed[] {
  const [day, minute] = [86_400_000, 60_000];
  return names.map((name, index): WorkloadSeed => {
    const settle = index === names.length - 1;
    const version = (tag: string, ago: number) => ({ image: `shop/${name}:${tag}`, ago, settle });
    return { kind: 'Deployment', name, replicas, history: [version('v1', day), version('v2', 5 * minute)] };
  });
}

/** Error spikes, evenly spread; answers how long each took to become a PATCH. */
async function spikes(
  acting: Acting,
  services: readonly string[],
  seconds: number,
  limit: AbortSignal,
): Promise<readonly number[]> {
  const sent = services.map(async (service, index) => {
    await pause((index * seconds * 1000) / services.length, undefined, { signal: limit });
    const began = Date.now();
    await acting.alert('HighErrorRate', service);
    return { service, began };
  });
  const all = await Promise.all(sent);
  // Looked for afterwards, so that the cluster, which is in this process, is left alone while it is measured.
  return until(
    async () => {
      const took = all.map(({ service, began }) => (patchedAt(acting, service, began) ?? NaN) - began);
      return took.some(Number.isNaN) ? null : took;
    },
    500,
    limit,
  );
}

/** From the webhook until the success of the rollback is committed. */
async function byVigie(acting: Acting, service: string, limit: AbortSignal): Promise<number> {
  const began = Date.now();
  await acting.alert('HighErrorRate', service);
  const ended = await until(
    async () => {
      const [row] = await acting.rows(
        `select line ->> 'outcome' as outcome, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::text as at
         from timeline where line ->> 'type' = 'RunEnded' and line ->> 'target' = $1`,
        [`eu-1/shop/Deployment/${service}`],
      );
      return row ?? null;
    },
    50,
    limit,
  );
  if (ended['outcome'] !== 'succeeded') throw new Error(`the rollback of ${service} ${String(ended['outcome'])}`);
  return Math.round(Number(ended['at']) - began);
}

async function byKubectl({ cluster }: Acting, name: string): Promise<number> {
  await using kubectl = await kubectlFor(cluster.kubeconfig('admin-token'));
  const began = Date.now();
  await kubectl.run('rollout', 'undo', `deployment/${name}`);
  await kubectl.run('rollout', 'status', `deployment/${name}`, '--timeout=25s');
  return Date.now() - began;
}

const rowOf = (label: string, values: readonly number[]): Row => [
  label,
  values.length,
  percentile(values, 0.5),
  percentile(values, 0.99),
  Math.max(...values),
];

/** `npm run bench -- rollback`. */
export const rollback: Bench = {
  name: 'rollback',
  about: 'how soon an error spike becomes a rollback, and how that compares with kubectl rollout undo',
  seconds: ['how long the error spikes are spread over', 40],
  connections: ['error spikes, each of a service of its own', 100],
  async run({ seconds, connections, profile }, limit) {
    const machine = await lookAtMachine();
    await using servers = await startServers();
    const [spiky, ours, theirs] = [named('spiky', connections), named('ours', races), named('theirs', races)];
    const warm = named('warm', 1);
    const workloads = [...workloadsOf([...spiky, ...warm], 1), ...workloadsOf([...ours, ...theirs], 3)];
    progress('making the cluster');
    await using acting = await startActing(servers, {
      ...{ services: [...spiky, ...warm, ...ours], automation: 'on', runbook, profile },
      cluster: { seed: { workloads, objects: [] } },
    });
    progress('all is up');
    // The first one loads what every later one has.
    const [cold = 0] = await spikes(acting, warm, 0, limit);
    const took = await spikes(acting, spiky, seconds, limit);
    progress(`${took.length} spikes, the median took ${percentile(took, 0.5)} ms; the very first one ${cold} ms`);
    const [vigie, kubectl]: [number[], number[]] = [[], []];
    for (const [index, service] of ours.entries()) {
      vigie.push(await byVigie(acting, service, limit));
      kubectl.push(await byKubectl(acting, theirs[index] ?? ''));
      progress(`healthy again: Vigie ${vigie.at(-1)} ms, kubectl ${kubectl.at(-1)} ms`);
    }
    acting.cluster.assertSound();
    const p99 = percentile(took, 0.99);
    const ratio = rounded(percentile(vigie, 0.5) / percentile(kubectl, 0.5));
    return {
      rows: [
        ['milliseconds', 'count', 'p50', 'p99', 'most'],
        rowOf('webhook to PATCH', took),
        rowOf('the first after a start', [cold]),
        rowOf('webhook to healthy', vigie),
        rowOf('kubectl, undo to status', kubectl),
      ],
      bars: [
        { says: `p99 of webhook to PATCH is ${p99} ms, at most ${mostP99} ms`, holds: p99 <= mostP99 },
        { says: `Vigie takes ${ratio} times as long as kubectl, at most ${mostRatio}`, holds: ratio <= mostRatio },
      ],
      figures: { machine, webhookToPatch: took, first: cold, webhookToHealthy: vigie, kubectl },
    };
  },
};
