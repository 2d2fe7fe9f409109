/** Watches: what they begin with, what they bring, how they end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { text, texts } from '../../../src/kubernetes/json.ts';
import { create, expectStatus, get, patch, until, watch } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { pathIn, rolledOut, draftOf, start } from './workloads.ts';

let place: Place;
let path: string;
let collection: string;
beforeAll(async () => {
  place = await openPlace();
  collection = pathIn(place, 'apps/v1 deployments');
  path = await start(place, 'Deployment', 'web', { replicas: 1 });
});
afterAll(() => place?.[Symbol.asyncDispose]());

const note = async (value: string): Promise<void> =>
  void expectStatus(200, await patch(place, path, 'merge', { metadata: { annotations: { note: value } } }));
const settled = (value: string): Promise<unknown> =>
  until(place, path, 'the note', (found) => texts(found ?? {}, 'metadata', 'annotations')['note'] === value);
const versionOf = async (at: string): Promise<string> => text(await get(place, at), 'metadata', 'resourceVersion');

it('from a version on, a watch brings what was missed and what comes, in order', async () => {
  const resourceVersion = await versionOf(collection);
  await note('a');
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const watched = await watch(place, collection, { resourceVersion }, (object, type) => {
    const value = texts(object ?? {}, 'metadata', 'annotations')['note'];
    if (value !== undefined && seen.at(-1) !== `${type} ${value}`) seen.push(`${type} ${value}`);
    if (value === 'b') resolve();
  });
  await note('b');
  await promise;
  watched.stop();
  expect(seen).toEqual(['MODIFIED a', 'MODIFIED b']);
});

it('without a version it begins with what is there, and tells of what comes and goes', async () => {
  const types: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const watched = await watch(place, collection, { labelSelector: 'app in (web,short)' }, (_object, type) => {
    if (types.at(-1) !== type) types.push(type);
    if (type === 'DELETED') resolve();
  });
  await create(place, collection, draftOf(place, 'Deployment', 'short', { replicas: 0 }));
  await rolledOut(place, 'Deployment', 'short');
  // Then it no longer has the label that is watched for, which looks as if it was deleted.
  const labels = { app: null, was: 'short' };
  expectStatus(200, await patch(place, `${collection}/short`, 'merge', { metadata: { labels } }));
  await promise;
  watched.stop();
  expect([types[0], types.at(-1)]).toEqual(['ADDED', 'DELETED']);
  expect(
    watched.lines.filter(({ type }) => type === 'ADDED').map(({ object }) => text(object, 'metadata', 'name')),
  ).toEqual(['web', 'short']);
});

it('a bookmark comes before the end, which the watch has asked for', async () => {
  const resourceVersion = await versionOf(collection);
  const parameters = { resourceVersion, allowWatchBookmarks: true, timeoutSeconds: 5 };
  const { ended, lines } = await watch(place, collection, parameters);
  expect(await ended).toBeNull();
  const bookmark = lines.find(({ type }) => type === 'BOOKMARK');
  expect(bookmark?.object).toMatchObject({ kind: 'Deployment', apiVersion: 'apps/v1' });
  expect(BigInt(text(bookmark?.object, 'metadata', 'resourceVersion'))).toBeGreaterThanOrEqual(BigInt(resourceVersion));
});

it('the initial events have an end', async (context) => {
  const parameters = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
  const { promise, resolve } = Promise.withResolvers<'bookmark'>();
  const watched = await watch(place, collection, { ...parameters, resourceVersion: '' }, (_object, type) => {
    if (type === 'BOOKMARK') resolve('bookmark');
  });
  const first = await Promise.race([promise, watched.ended]);
  watched.stop();
  if (first === 422) return context.skip('this server has the feature gate WatchList switched off');
  expect(watched.lines.slice(0, -1).every(({ type }) => type === 'ADDED')).toBe(true);
  expect(texts(watched.lines.at(-1)?.object, 'metadata', 'annotations')).toMatchObject({
    'k8s.io/initial-events-end': 'true',
  });
});

it('parameters that do not go together are refused before anything is sent', async () => {
  const { ended, lines } = await watch(place, collection, { sendInitialEvents: true });
  expect([await ended, lines]).toEqual([422, []]);
});

it('a version that is forgotten ends the watch with 410 Gone', async (context) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const watched = await watch(place, collection, { resourceVersion: 1, timeoutSeconds: 5 }, (_object, type) =>
    resolve(type),
  );
  const first = await Promise.race([promise, watched.ended]);
  if (first !== 'ERROR') {
    watched.stop();
    return context.skip('this server is so young that it still remembers its first version');
  }
  await watched.ended;
  expect(watched.lines).toMatchObject([
    {
      type: 'ERROR',
      object: {
        ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 },
        message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
      },
    },
  ]);
});

it('the version that an object has is where its own watch can begin', async () => {
  await note('c');
  await settled('c');
  const resourceVersion = await versionOf(path);
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const parameters = { resourceVersion, fieldSelector: 'metadata.name=web' };
  const watched = await watch(place, collection, parameters, (object) => {
    seen.push(texts(object ?? {}, 'metadata', 'annotations')['note'] ?? '');
    if (seen.at(-1) === 'd') resolve();
  });
  await note('d');
  await promise;
  watched.stop();
  expect(new Set(seen.filter((value) => value !== 'c'))).toEqual(new Set(['d']));
});
