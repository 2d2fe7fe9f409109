/** Writes: the patch forms that Vigie and kubectl use, versions, dry runs, generations, and who owns which field. */
import { AppsV1Api, ApiException, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig, type Json, list, number, object, parseJson, text } from '../../../src/kubernetes/json.ts';
import { expectStatus, get, patch, type PatchType, until } from './api.ts';
import { openPlace, type Place } from './place.ts';
import { imageOf, isObserved, rolledOut, start, templateOf } from './workloads.ts';

let place: Place;
let path: string;
beforeAll(async () => {
  place = await openPlace();
  path = await start(place, 'Deployment', 'web');
});
afterAll(() => place?.[Symbol.asyncDispose]());

const read = (): ReturnType<typeof get> => get(place, path);
/** A patch that lands: on a server where controllers write, too, the version may be old at once. */
async function landed(type: PatchType, bodyFor: (version: string) => Json, query = ''): ReturnType<typeof get> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await patch(place, path + query, type, bodyFor(text(await read(), 'metadata', 'resourceVersion')));
    if (answer.status !== 409 || attempt === 10) return expectStatus(200, answer);
  }
}

describe('the forms of a patch', () => {
  const restarted = (at: string): Json => ({
    template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } },
  });

  it('a merge patch with a version, as Vigie restarts', async () => {
    const after = await landed('merge', (resourceVersion) => ({
      metadata: { resourceVersion, annotations: { 'vigie.dev/last-action': '{}' } },
      spec: restarted('2026-11-21T03:12:00.000Z'),
    }));
    expect(after).toMatchObject({
      metadata: { annotations: { 'vigie.dev/last-action': '{}', 'deployment.kubernetes.io/revision': '1' } },
      spec: { template: { spec: { containers: [{ image: place.images('v1') }] } } },
    });
    const gone = await landed('merge', () => ({ metadata: { annotations: { 'vigie.dev/last-action': null } } }));
    expect(dig(gone, 'metadata', 'annotations')).not.toHaveProperty(['vigie.dev/last-action']);
  });

  it('a JSON patch that replaces the version and the template, as Vigie rolls back', async () => {
    const value = templateOf(place, 'web', 'v2');
    const after = await landed('json', (resourceVersion) => [
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'replace', path: '/spec/template', value },
      { op: 'add', path: '/metadata/annotations/vigie.dev~1last-action', value: '{"id":"1"}' },
    ]);
    expect(imageOf(after)).toBe(place.images('v2'));
    expect(dig(after, 'spec', 'template', 'metadata')).not.toHaveProperty('annotations');
    expect(after).toMatchObject({ metadata: { annotations: { 'vigie.dev/last-action': '{"id":"1"}' } } });
  });

  it('a strategic patch, in which containers are found by their names, as kubectl sets images', async () => {
    const env = [{ name: 'COLOUR', value: 'green' }];
    const containers = (one: Json): Json => ({ spec: { template: { spec: { containers: [one] } } } });
    await landed('strategic', () => containers({ name: 'app', env }));
    const after = await landed('strategic', () => containers({ name: 'app', image: place.images('v1') }));
    expect(list(after, 'spec', 'template', 'spec', 'containers')).toMatchObject([
      { name: 'app', image: place.images('v1'), env },
    ]);
    const without = await landed('strategic', () =>
      containers({ name: 'app', env: [{ name: 'COLOUR', $patch: 'delete' }] }),
    );
    expect(dig(without, 'spec', 'template', 'spec', 'containers', 0)).not.toHaveProperty('env');
  });

  it('a strategic patch that replaces the template, as kubectl rolls StatefulSets back', async () => {
    await landed('merge', () => ({ spec: restarted('2026-11-21T03:13:00Z') }));
    const template = { ...templateOf(place, 'web', 'v3'), $patch: 'replace' };
    const after = await landed('strategic', () => ({ spec: { template } }));
    expect(imageOf(after)).toBe(place.images('v3'));
    expect(dig(after, 'spec', 'template')).not.toHaveProperty('$patch');
    expect(dig(after, 'spec', 'template', 'metadata')).not.toHaveProperty('annotations');
  });

  it('a null resumes what was paused', async () => {
    expect(dig(await landed('strategic', () => ({ spec: { paused: true } })), 'spec', 'paused')).toBe(true);
    expect(object(await landed('strategic', () => ({ spec: { paused: null } })), 'spec')).not.toHaveProperty('paused');
  });

  it('go through the client as they are, when the type is named', async () => {
    const apps = place.config.makeApiClient(AppsV1Api);
    const named = { name: 'web', namespace: place.namespace };
    const body = { metadata: { annotations: { client: 'yes' } } };
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    const after = await apps.patchNamespacedDeployment({ ...named, body, fieldManager: 'vigie', dryRun: 'All' }, merge);
    expect(after.metadata?.annotations).toMatchObject(body.metadata.annotations);
    // The client's own choice is a JSON patch, whatever the body is.
    const error: unknown = await apps.patchNamespacedDeployment({ ...named, body }).catch((reason: unknown) => reason);
    if (!(error instanceof ApiException)) throw new Error(`it is no ApiException: ${String(error)}`);
    expect([error.code, dig(parseJson(String(error.body)), 'reason')]).toEqual([400, 'BadRequest']);
  });
});

describe('a patch is refused', () => {
  const forms: readonly (readonly [PatchType, (version: string) => Json])[] = [
    ['merge', (resourceVersion) => ({ metadata: { resourceVersion, annotations: { late: 'yes' } } })],
    ['strategic', (resourceVersion) => ({ metadata: { resourceVersion, annotations: { late: 'yes' } } })],
    [
      'json',
      (value) => [
        { op: 'replace', path: '/metadata/resourceVersion', value },
        { op: 'add', path: '/metadata/annotations/late', value: 'yes' },
      ],
    ],
  ];

  it.each(forms)('(%s) with 409 when its version is old', async (type, bodyFor) => {
    const old = text(await read(), 'metadata', 'resourceVersion');
    await landed('merge', () => ({ metadata: { annotations: { touched: `before ${type}` } } }));
    const { body, status } = await patch(place, path, type, bodyFor(old));
    expect([status, body]).toEqual([
      409,
      {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 409, reason: 'Conflict' },
        message:
          'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
        details: { name: 'web', group: 'apps', kind: 'deployments' },
      },
    ]);
    expect(dig(await read(), 'metadata', 'annotations')).not.toHaveProperty('late');
  });

  it.each(['merge', 'strategic'] as const)('(%s) with 422 and the field when it leaves nonsense', async (type) => {
    const { body, status } = await patch(place, path, type, { spec: { replicas: -1 } });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      ...{ reason: 'Invalid', code: 422, details: { name: 'web', group: 'apps', kind: 'Deployment' } },
      message: expect.stringMatching(/^Deployment\.apps "web" is invalid: .*must be greater than or equal to 0$/),
    });
    expect(list(body, 'details', 'causes')).toContainEqual({
      ...{ reason: 'FieldValueInvalid', field: 'spec.replicas' },
      message: 'Invalid value: -1: must be greater than or equal to 0',
    });
  });

  it.each([
    ['a test that fails', { op: 'test', path: '/spec/replicas', value: 99 }],
    ['a path that is not there', { op: 'replace', path: '/spec/nothing/at/all', value: 1 }],
    ['a removal of nothing', { op: 'remove', path: '/metadata/annotations/nothing' }],
  ])('(json) with 422 and not a word about why: %s', async (_name, operation) => {
    const { body, status } = await patch(place, path, 'json', [operation]);
    expect([status, body]).toEqual([
      422,
      {
        ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 422, reason: 'Invalid' },
        ...{ message: 'the server rejected our request due to an error in our request', details: {} },
      },
    ]);
  });

  it('with 400 when it is not a patch at all', async () => {
    expect((await patch(place, path, 'json', { spec: {} })).body).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it('with 422 when it would be another object, or select other pods', async () => {
    const other = '00000000-0000-4000-8000-000000000000';
    const uid = await patch(place, path, 'merge', { metadata: { uid: other } });
    expect(uid.status).toBe(422);
    expect(list(uid.body, 'details', 'causes')).toContainEqual({
      ...{ reason: 'FieldValueInvalid', field: 'metadata.uid' },
      message: `Invalid value: "${other}": field is immutable`,
    });
    const selector = await patch(place, path, 'merge', { spec: { selector: { matchLabels: { app: 'other' } } } });
    expect([selector.status, text(selector.body, 'message')]).toEqual([
      422,
      expect.stringContaining('field is immutable'),
    ]);
  });
});

describe('a version', () => {
  it('lets exactly one of two writers in', async () => {
    // Nobody else writes: the rollout is over.
    await rolledOut(place, 'Deployment', 'web');
    const resourceVersion = text(await read(), 'metadata', 'resourceVersion');
    const write = (who: string) => patch(place, path, 'merge', { metadata: { resourceVersion, annotations: { who } } });
    const answers = await Promise.all([write('ana'), write('ben')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('stays when nothing changes', async () => {
    await until(place, path, 'the last change to be observed', (found) => found !== null && isObserved(found));
    const { spec } = await landed('merge', () => ({ metadata: { annotations: { same: 'yes' } } }));
    await until(place, path, 'that one to be observed', (found) => found !== null && isObserved(found));
    const before = await read();
    expectStatus(200, await patch(place, path, 'merge', { metadata: { annotations: { same: 'yes' } } }));
    expect(text(await read(), 'metadata', 'resourceVersion')).toBe(text(before, 'metadata', 'resourceVersion'));
    expect(dig(before, 'spec')).toEqual(spec);
  });
});

describe('a dry run', () => {
  it('shows what would come of it, and nothing is kept', async () => {
    await rolledOut(place, 'Deployment', 'web');
    const before = await read();
    const body = { metadata: { annotations: { dry: 'yes' } }, spec: { replicas: 7 } };
    const after = expectStatus(200, await patch(place, `${path}?dryRun=All&fieldManager=vigie`, 'merge', body));
    expect(after).toMatchObject(body);
    expect(number(after, 'metadata', 'generation')).toBe((number(before, 'metadata', 'generation') ?? 0) + 1);
    expect(text(after, 'metadata', 'resourceVersion')).toBe(text(before, 'metadata', 'resourceVersion'));
    expect(await read()).toEqual(before);
  });

  it('finds what is wrong', async () => {
    expect((await patch(place, `${path}?dryRun=All`, 'merge', { spec: { replicas: -1 } })).status).toBe(422);
    const metadata = { resourceVersion: '1', annotations: { dry: 'yes' } };
    expect((await patch(place, `${path}?dryRun=All`, 'merge', { metadata })).status).toBe(409);
    const unknown = await patch(place, `${path}?dryRun=Some`, 'merge', {});
    expect([unknown.status, text(unknown.body, 'message')]).toEqual([
      422,
      expect.stringContaining('dryRun: Unsupported value: ["Some"]: supported values: "All"'),
    ]);
  });
});
