/** PromQL checks against a real Prometheus that scrapes a real endpoint. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromqlAsk } from '../../src/runbook/runbook.ts';
import { type PrometheusServer, startPrometheus } from '../servers/prometheus.ts';
import { ask, promql, serve, type Site } from './asking.ts';

const running = new AsyncDisposableStack();
let shop: Site;
let prometheus: PrometheusServer;

beforeAll(async () => {
  const metrics = 'queue_depth{queue="mail"} 40\nqueue_depth{queue="orders"} 120\nprecision NaN\nbudget +Inf\n';
  shop = running.use(
    await serve((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(metrics)),
  );
  prometheus = await startPrometheus({
    config: `global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - { job_name: shop, metrics_path: /, static_configs: [{ targets: ['${shop.host}'] }] }
  - { job_name: gone, metrics_path: /, static_configs: [{ targets: ['127.0.0.1:1'] }] }
`,
    prefix: '/prometheus',
  });
  running.defer(() => prometheus.stop());
  for (let tries = 0; tries < 100; tries++) {
    if ((await said('min(count_over_time(queue_depth[1m]))', { expect: { sign: '>=', value: 5 } }))[0]) break;
    await pause(100);
  }
});

afterAll(() => running.disposeAsync());

async function said(query: string, given: Partial<PromqlAsk> = {}): Promise<readonly [boolean, string]> {
  const { passed, says } = await ask(promql(query, given), { prometheus: { url: prometheus.url }, clock: Date.now });
  return [passed, says];
}

describe('a real Prometheus', () => {
  it('says that all is well', async () => {
    expect(await said('up{job="shop"}')).toEqual([true, 'up{job="shop"} = 1: as expected >= 1']);
    expect(await said('queue_depth', { expect: { sign: '<', value: 200 } })).toEqual([
      true,
      'queue_depth = 120 (2 series; worst: queue="orders" 120): as expected < 200',
    ]);
    expect(await said('scalar(up{job="shop"})')).toEqual([true, 'scalar(up{job="shop"}) = 1: as expected >= 1']);
  });

  it('says that something is wrong, and which', async () => {
    expect(await said('queue_depth', { expect: { sign: '<=', value: 100 } })).toEqual([
      false,
      'queue_depth = 120 (2 series; worst: queue="orders" 120): expected <= 100',
    ]);
    const [passed, says] = await said('up');
    expect(passed).toBe(false);
    expect(says).toMatch(/^up = 0 \(2 series; worst: instance="127\.0\.0\.1:1", job="gone" 0\): expected >= 1$/);
  });

  it('writes numbers that are none, or are infinite', async () => {
    expect(await said('precision')).toEqual([false, 'precision = NaN: expected >= 1']);
    expect(await said('precision', { expect: { sign: '!=', value: 0 } })).toEqual([
      false,
      'precision = NaN: expected != 0',
    ]);
    expect(await said('budget')).toEqual([true, 'budget = +Inf: as expected >= 1']);
  });

  it('has no data', async () => {
    expect(await said('rate(nothing[5m])')).toEqual([false, 'rate(nothing[5m]) has no data']);
    expect((await said('rate(nothing[5m])', { noData: 'pass' }))[0]).toBe(true);
    expect((await said('nothing', { range: { over: 60_000, step: 1_000 } }))[1]).toBe('nothing has no data');
  });

  it('answers over a range', async () => {
    const range = { over: 800, step: 200 };
    const [passed, says] = await said('queue_depth{queue="mail"}', { range, expect: { sign: '==', value: 40 } });
    expect(says).toMatch(/ = 40 \(\d samples; worst: 40 at \d\d:\d\d:\d\d UTC\): as expected == 40$/);
    expect(passed).toBe(true);
    expect((await said('queue_depth', { range, expect: { sign: '<', value: 100 } }))[1]).toMatch(
      /^queue_depth = 120 \(2 series, \d+ samples; worst: queue="orders" 120 at .* UTC\): expected < 100$/,
    );
  });

  it('explains what is wrong with a query, or with a range', async () => {
    expect((await said('up{job='))[1]).toMatch(/^Prometheus answered 400: .*parse error: .*: up\{job=$/);
    expect((await said('up', { range: { over: 86_400_000, step: 1_000 } }))[1]).toMatch(
      /^Prometheus answered 400: exceeded maximum resolution of 11,000 points/,
    );
    expect((await said('up + on(job) group_left up{job="none"} or label_replace(up, "x", "(", "y", "z")'))[0]).toBe(
      false,
    );
    expect(await said('"text"')).toEqual([false, '"text" answers a text, which can\'t be compared with a number']);
  });

  // It is given half a second more than it asks itself to take; where all cores are busy it needs longer now and then.
  it('gives up a slow query in time, and says so itself', { retry: 3 }, async () => {
    const slow = 'sum_over_time(sum_over_time(vector(time())[10s:1ms])[10000s:1s])';
    expect(await said(slow, { timeout: 5_000 })).toEqual([
      false,
      `Prometheus answered 503: query timed out in expression evaluation: ${slow}`,
    ]);
  });

  it('is left alone when it overlooks its own time-out', async () => {
    // Version 2.42 does not look at its clock within this one.
    const [passed, says] = await said('sum_over_time(vector(1)[10000s:1ms])', { timeout: 400 });
    expect(passed).toBe(false);
    expect(says).toMatch(/^Prometheus (did not answer within 400 ms|answered 503: query timed out)/);
  });

  it('fails the check while it is down, and serves again afterwards', async () => {
    await prometheus.kill();
    expect(await said('vector(1)')).toEqual([false, 'Prometheus refused the connection: vector(1)']);
    await prometheus.restart();
    expect((await said('vector(1)'))[0]).toBe(true);
  });
});
