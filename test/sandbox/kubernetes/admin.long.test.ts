/** The admin routes do what the in-process object does, over HTTP; and the command line starts it all. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { startByHand } from '../by-hand.ts';
import { ask, at, checkout, cluster, deployment, running } from './cluster.ts';

let k: KubernetesSandbox;
beforeEach(async () => {
  k = await cluster([running]);
});
afterEach(() => k[Symbol.asyncDispose]());

const get = (path: string) => ask(k, 'GET', `/admin${path}`, { token: '' });
const post = async (name: string, body: object): Promise<unknown> =>
  (await ask(k, 'POST', `/admin/${name}`, { token: '', body })).body;

it('lists what there is', async () => {
  expect((await get('')).body).toMatchObject({
    'POST /admin/deploy': expect.any(String),
    'GET /admin/state': expect.any(String),
  });
});

it('shows the state in full, in part and as text', async () => {
  const { body } = await get('/state?part=overview');
  expect(Object.keys(body)).toEqual(['overview']);
  expect(at(body, 'overview', 'deployments.apps', 0)).toMatchObject({
    Namespace: 'shop',
    Name: 'checkout',
    Ready: '3/3',
  });
  expect(at((await get('/state')).body, 'objects', 'pods')).toHaveLength(3);
  expect((await get('/glance')).text).toContain('Deployment checkout, Ready 3/3, Up-to-date 3, Available 3, 60m old\n');
});

it('deploys, moves the clock, orders faults, grants and takes rights, and starts over', async () => {
  expect(await post('deploy', { name: 'checkout', image: checkout('crash-v2'), cause: 'oops' })).toEqual({ ok: true });
  expect(await post('clock', { advance: 5000 })).toMatchObject({ ok: true });
  expect((await get('/glance')).text).toContain('CrashLoopBackOff');
  await post('fault', { verb: 'get', fault: { status: 503 } });
  expect((await ask(k, 'GET', deployment)).status).toBe(503);
  await post('user', { token: 't', name: 't', rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }] });
  expect((await ask(k, 'GET', deployment, { token: 't' })).status).toBe(200);
  await post('expire-token', { token: 't' });
  expect((await ask(k, 'GET', deployment, { token: 't' })).status).toBe(401);
  expect(at((await get('/calls')).body, 0)).toMatchObject({ method: 'GET', path: deployment, status: 503 });
  await post('reset', {});
  expect((await get('/glance')).text).not.toContain('CrashLoopBackOff');
  expect((await ask(k, 'GET', deployment, { token: 't' })).status).toBe(401);
});

it('says what cannot be done, and what a body should hold', async () => {
  expect(await post('deploy', { name: 'nothing', image: 'x' })).toMatchObject({
    ok: false,
    error: 'there is no Deployment shop/nothing in this cluster',
  });
  expect(await post('deploy', {})).toMatchObject({
    ok: false,
    expects: expect.stringContaining('{kind?, namespace?, name, image'),
  });
  expect(await post('dance', {})).toMatchObject({ ok: false });
});

it('npm run sandbox -- kubernetes prints its address and tokens and writes a kubeconfig', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-kubeconfig-'));
  const file = join(folder, 'config.yaml');
  try {
    await using started = await startByHand('kubernetes', '--port', '0', '--http', '--kubeconfig', file);
    const { text } = started;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
    expect(text).toContain('bot-token');
    expect(text).toContain('POST /admin/deploy');
    const config: unknown = parse(await readFile(file, 'utf8'));
    expect(at(config, 'clusters', 0, 'cluster', 'server')).toBe(url);
    expect(at(config, 'users', 0, 'user', 'token')).toBe('admin-token');
    const answer = await fetch(`${url}${deployment}`, { headers: { authorization: 'Bearer admin-token' } });
    expect(answer.status).toBe(200);
  } finally {
    await rm(folder, { recursive: true });
  }
});
