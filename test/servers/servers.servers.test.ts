/** The servers that the other tests stand on: fresh databases, crashes, restarts, and nothing left behind. */
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startAlertmanager } from './alertmanager.ts';
import { postgres, startPostgres } from './postgres.ts';
import { startPrometheus } from './prometheus.ts';
import { redis, startRedis } from './redis.ts';

async function rows(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function inRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe('the shared servers', () => {
  it('hand out PostgreSQL databases that know nothing of each other', async () => {
    const [one, other] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
    await rows(one.url, 'create table only_here ()');
    const tables = await rows(other.url, `select 1 from pg_tables where tablename = 'only_here'`);
    expect(tables).toEqual([]);
    await one.drop();
    await expect(rows(one.url, 'select 1')).rejects.toThrow('does not exist');
    await other.drop();
  });

  it('hand out Redis databases that know nothing of each other', async () => {
    const [one, other] = await Promise.all([redis.createDatabase(), redis.createDatabase()]);
    await inRedis(one.url, (client) => client.set('key', 'value'));
    expect(await inRedis(other.url, (client) => client.get('key'))).toBeNull();
    await one.drop();
    expect(await inRedis(one.url, (client) => client.get('key'))).toBeNull();
    await other.drop();
  });
});

describe('a server of one’s own', () => {
  it('PostgreSQL keeps what was committed before a SIGKILL', async () => {
    const server = await startPostgres();
    await rows(server.url, 'create table kept as select 1 as x');
    await server.kill();
    await expect(rows(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await rows(server.url, 'select x from kept')).toEqual([{ x: 1 }]);
    await server.stop();
  });

  it('Redis comes back from a SIGKILL with its append-only file', async () => {
    const server = await startRedis();
    await inRedis(server.url, (client) => client.set('kept', 'yes'));
    await server.kill();
    await server.restart();
    expect(await inRedis(server.url, (client) => client.get('kept'))).toBe('yes');
    await server.stop();
  });

  it('Alertmanager runs the given configuration', async () => {
    const server = await startAlertmanager({ config: 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n' });
    const receivers: unknown = await (await fetch(`${server.url}/api/v2/receivers`)).json();
    expect(receivers).toEqual([{ name: 'nobody' }]);
    await server.stop();
    await expect(fetch(`${server.url}/-/ready`)).rejects.toThrow('fetch failed');
  });

  it('Prometheus runs the given configuration, below a path of its own', async () => {
    const server = await startPrometheus({ config: 'global: { scrape_interval: 7s }\n', prefix: '/metrics' });
    const answer = (await (await fetch(`${server.url}/api/v1/status/config`)).json()) as { data: { yaml: string } };
    expect(answer.data.yaml).toContain('scrape_interval: 7s');
    expect(new URL(server.url).pathname).toBe('/metrics');
    await server.stop();
    await expect(fetch(`${server.url}/-/ready`)).rejects.toThrow('fetch failed');
  });
});
