/** Watching the simulated cluster: what is streamed, from which version, with bookmarks, and how it ends. */

import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { ask, at, clusterForEachTest, running } from './cluster.ts';

type Line = { readonly type: string; readonly object: unknown };

/** A watch that is going on. */
type Watching = { readonly lines: readonly Line[]; readonly ended: Promise<void>; readonly leave: () => void };

let k: KubernetesSandbox;
clusterForEachTest([running], (started) => {
  k = started;
});

async function watch(query: string, headers: { readonly [name: string]: string } = {}): Promise<Watching> {
  const leaving = new AbortController();
  const path = `/apis/apps/v1/namespaces/shop/deployments?watch=1&${query}`;
  const response = await fetch(`${k.url}${path}`, {
    headers: { authorization: 'Bearer admin-token', ...headers },
    signal: leaving.signal,
  });
  const lines: Line[] = [];
  const read = async (): Promise<void> => {
    if (!response.body) throw new Error('a watch without a body');
    for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) }))
      lines.push(JSON.parse(line) as Line);
  };
  return { lines, ended: read().catch(() => undefined), leave: () => leaving.abort() };
}

const version = (): string => k.get('Deployment', 'shop', 'checkout').metadata.resourceVersion;
const types = (lines: readonly Line[]): readonly string[] =>
  lines.map(({ type, object }) => `${type} ${String(at(object, 'metadata', 'name'))}`);
const note = (text: string): void =>
  void k.change('Deployment', 'shop', 'checkout', { metadata: { labels: { note: text } } });

it('without a version begins with what is there, then brings changes', async () => {
  const { lines, leave } = await watch('');
  note('a');
  k.remove('Deployment', 'shop', 'checkout');
  await k.until(() => lines.length === 3);
  expect(types(lines)).toEqual(['ADDED checkout', 'MODIFIED checkout', 'DELETED checkout']);
  leave();
  await k.until(() => k.state().watches === 0);
});

it('from a version on brings what was missed since', async () => {
  const since = version();
  note('a');
  note('b');
  const { lines } = await watch(`resourceVersion=${since}`);
  await k.until(() => lines.length === 2);
  expect(lines.map(({ object }) => at(object, 'metadata', 'labels', 'note'))).toEqual(['a', 'b']);
});

it('from a version that is forgotten brings the error 410 and ends', async () => {
  const since = version();
  note('a');
  k.compact();
  const { lines, ended } = await watch(`resourceVersion=${since}`);
  await ended;
  expect(lines).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
});

it('with a selector shows objects that come into sight as added and those that leave it as deleted', async () => {
  const { lines } = await watch(`resourceVersion=${version()}&labelSelector=note%3Da`);
  note('a');
  note('b');
  await k.until(() => lines.length === 2);
  expect(types(lines)).toEqual(['ADDED checkout', 'DELETED checkout']);
});

it('brings bookmarks when allowed, and ends when its time is over', async () => {
  const { lines, ended } = await watch(`resourceVersion=${version()}&allowWatchBookmarks=true&timeoutSeconds=90`);
  await k.clock.advance(100_000);
  await ended;
  const bookmark = { kind: 'Deployment', metadata: { resourceVersion: expect.any(String) } };
  // One after a minute, and one just before the end.
  expect(lines).toMatchObject([
    { type: 'BOOKMARK', object: bookmark },
    { type: 'BOOKMARK', object: bookmark },
  ]);
});

it('that asks for initial events without saying how old they may be is refused', async () => {
  const { status, body } = await ask(k, 'GET', '/apis/apps/v1/deployments?watch=1&sendInitialEvents=true');
  expect([status, body['message']]).toEqual([
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  ]);
});

it('that asks for initial events is told where they end', async () => {
  const { lines } = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
  await k.until(() => lines.length === 2);
  expect(types(lines)[0]).toBe('ADDED checkout');
  expect(lines[1]).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
});

it('can come as rows of a table, whose columns are named once', async () => {
  const { lines } = await watch('', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  note('a');
  await k.until(() => lines.length === 2);
  expect(lines.map(({ object }) => [at(object, 'kind'), at(object, 'rows', 0, 'cells', 0)])).toEqual([
    ['Table', 'checkout'],
    ['Table', 'checkout'],
  ]);
  expect(at(lines[0]?.object, 'columnDefinitions')).not.toBeNull();
  expect(at(lines[1]?.object, 'columnDefinitions')).toBeNull();
});

it('can be cut, or expired, by the sandbox', async () => {
  const first = await watch(`resourceVersion=${version()}`);
  k.endWatches('cut');
  await first.ended;
  expect(first.lines).toEqual([]);
  const second = await watch(`resourceVersion=${version()}`);
  k.endWatches('expire');
  await second.ended;
  expect(second.lines).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
});
