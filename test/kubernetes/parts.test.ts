/** The parts of planning that only compute: hashes, patches, differences, owners, revisions, shares. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPatch } from '../../sandbox/kubernetes/patches/json-patch.ts';
import { mergePatch } from '../../sandbox/kubernetes/patches/merge-patch.ts';
import { selects } from '../../src/kubernetes/around.ts';
import { templateDifferences } from '../../src/kubernetes/diff.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { ownersOf } from '../../src/kubernetes/ownership.ts';
import { bodyOf, patched, pointer } from '../../src/kubernetes/patching.ts';
import { readQuantity, readShare } from '../../src/kubernetes/quantity.ts';
import { pastOf, printSelector } from '../../src/kubernetes/revisions.ts';
import { hashOf, restartlessHash } from '../../src/kubernetes/template.ts';
import { spokenSpan } from '../../src/kubernetes/words.ts';

const template = (image: string, annotations: JsonObject = {}, labels: JsonObject = {}): JsonObject => ({
  metadata: { creationTimestamp: null, labels: { app: 'x', ...labels }, annotations },
  spec: { containers: [{ name: 'app', image, env: [{ name: 'A', value: 'secret' }], resources: {} }] },
});

describe('the hash of a template', () => {
  it('is that of its contents, whatever the server adds', () => {
    const hash = hashOf(template('a:1'));
    expect(hashOf(template('a:1', {}, { 'pod-template-hash': 'abc' }))).toBe(hash);
    expect(hashOf({ ...template('a:1'), $patch: 'replace' })).toBe(hash);
    expect(hashOf({ spec: template('a:1')['spec'] ?? null, metadata: { labels: { app: 'x' } } })).toBe(hash);
    expect(hashOf(template('a:2'))).not.toBe(hash);
    expect(hashOf(template('a:1', { 'kubectl.kubernetes.io/restartedAt': 'now' }))).not.toBe(hash);
    expect(restartlessHash(template('a:1', { 'robusta.kubernetes.io/restartedAt': 'now' }))).toBe(
      restartlessHash(template('a:1')),
    );
  });

  it('does not depend on the order of keys', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(json, (value) => {
        const object = JSON.parse(JSON.stringify(value)) as JsonObject;
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(hashOf(turned)).toBe(hashOf(object));
      }),
    );
  });
});

describe('a patch', () => {
  it('does what the server does with it', () => {
    const object: JsonObject = { metadata: { annotations: { a: '1', b: '2' } }, spec: { paused: true, list: [1, 2] } };
    const body: JsonObject = {
      metadata: { annotations: { a: null, c: '3' } },
      spec: { paused: null, list: [3], new: { x: 1 } },
    };
    expect(patched(object, { type: 'merge', body })).toEqual(mergePatch(object as never, body as never));
    const operations = [
      { op: 'replace', path: '/spec/list', value: [] },
      { op: 'add', path: `/metadata/annotations/${pointer('vigie.dev/last~action')}`, value: 'x' },
    ] as const;
    const json = { type: 'json', body: operations } as const;
    expect(patched(object, json)).toEqual(jsonPatch(object as never, bodyOf(json) as never));
  });
});

describe('differences', () => {
  it('show images and keys, and count what is too much', () => {
    const after = {
      ...template('a:2'),
      spec: {
        containers: [
          {
            name: 'app',
            image: 'a:2',
            env: [
              { name: 'A', value: 'other' },
              { name: 'B', value: 'secret' },
            ],
            args: ['x'],
          },
          { name: 'side', image: 's:1' },
        ],
        nodeSelector: { disk: 'fast' },
      },
    };
    const shown = templateDifferences(template('a:1'), after);
    expect(shown.map(({ from, to, what }) => `${what}: ${from} → ${to}`)).toEqual([
      'image of app: a:1 → a:2',
      'A in the environment of app: set → another value',
      'B in the environment of app: none → set',
      'args of app: before → changed',
      'container side: none → s:1',
      'nodeSelector: before → changed',
    ]);
    expect(JSON.stringify(shown)).not.toContain('secret');
    expect(templateDifferences(template('a:1'), template('a:1', { 'kubectl.kubernetes.io/restartedAt': 'x' }))).toEqual(
      [],
    );
  });
});

describe('owners', () => {
  const managed = (manager: string, operation: string, fieldsV1: JsonObject): JsonObject => ({
    metadata: { managedFields: [{ manager, operation, fieldsV1 }] },
  });
  const replicas = { 'f:spec': { 'f:replicas': {} } };

  it('are who holds the very field', () => {
    const path = [['spec', 'replicas']];
    expect(ownersOf(managed('kubectl', 'Apply', replicas), path)).toEqual([
      { tool: 'apply', name: 'kubectl', owns: 'yes' },
    ]);
    expect(ownersOf(managed('kubectl', 'Update', replicas), path)).toEqual([]);
    expect(ownersOf(managed('vigie', 'Apply', replicas), path)).toEqual([]);
    expect(ownersOf(managed('helm-controller', 'Update', replicas), path)).toEqual([
      { tool: 'flux-helm', name: 'Flux', owns: 'yes' },
    ]);
    expect(ownersOf(managed('argocd-controller', 'Update', replicas), [['spec', 'template']])).toEqual([]);
  });

  it('by label only may hold it, when nobody noted fields', () => {
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const flux = ownersOf({ metadata: { labels } }, [['spec', 'replicas']]);
    expect(flux).toEqual([{ tool: 'flux', name: 'Flux Kustomization apps', owns: 'unknown' }]);
    const annotations = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
    expect(ownersOf({ metadata: { labels, annotations } }, [['spec', 'replicas']])).toEqual([]);
  });

  it('are controllers', () => {
    const ownerReferences = [{ kind: 'Canary', name: 'web', controller: true }];
    expect(ownersOf({ metadata: { ownerReferences } }, [])).toEqual([
      { tool: 'flagger', name: 'Canary web', owns: 'yes' },
    ]);
  });
});

describe('revisions', () => {
  const deployment = (image: string, annotations: JsonObject = {}): JsonObject => ({
    metadata: { uid: 'd', annotations },
    spec: { template: template(image) },
  });
  const revision = (
    number: number,
    image: string,
    minute: number,
    more: JsonObject = {},
    notes: JsonObject = {},
  ): JsonObject => ({
    metadata: {
      uid: `rs-${image}-${minute}`,
      name: `web-${number}`,
      creationTimestamp: new Date(minute * 60_000).toISOString(),
      ownerReferences: [{ uid: 'd', controller: true }],
      annotations: { 'deployment.kubernetes.io/revision': String(number), ...notes },
    },
    spec: { template: template(image, more) },
  });

  it('that were rolled back from are known, with those that differ by a restart only', () => {
    const bad = hashOf(template('a:2', { 'kubectl.kubernetes.io/restartedAt': 'x' })).slice(0, 16);
    const good = hashOf(template('a:1')).slice(0, 16);
    const mark = JSON.stringify({
      id: '1-1.x',
      verb: 'rollback',
      at: '2026-01-01T00:00:00Z',
      by: 'Ana',
      from: bad,
      to: good,
    });
    const items = [
      revision(4, 'a:1', 1, {}, { 'vigie.dev/last-action': mark, 'deployment.kubernetes.io/revision-history': '1' }),
      revision(3, 'a:2', 30, { 'kubectl.kubernetes.io/restartedAt': 'x' }),
      revision(2, 'a:2', 20),
      {
        ...revision(9, 'a:9', 40),
        metadata: { uid: 'another', ownerReferences: [{ uid: 'other', controller: true }] },
      },
    ];
    const past = pastOf(deployment('a:1'), { items });
    expect(past.map(({ isCurrent, left, number }) => [number, isCurrent, left?.by ?? null])).toEqual([
      [4, true, null],
      [3, false, 'Ana'],
      [2, false, 'Ana'],
    ]);
    expect(past[2]?.lived).toEqual({ span: 600_000, until: 1_800_000 });
  });

  it('are selected as the workload selects', () => {
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'old', operator: 'DoesNotExist' },
        { key: 'new', operator: 'Exists' },
        { key: 'zone', operator: 'NotIn', values: ['z'] },
      ],
    };
    expect(printSelector(selector)).toBe('app=web,tier in (a,b),!old,new,zone notin (z)');
    expect(selects(selector, { app: 'web', tier: 'a', new: '' })).toBe(true);
    expect(selects(selector, { app: 'web', tier: 'c', new: '' })).toBe(false);
    expect(selects(selector, { app: 'web', tier: 'a', new: '', zone: 'z' })).toBe(false);
  });
});

describe('amounts', () => {
  it('are read as Kubernetes writes them', () => {
    expect(['500m', '1.5Gi', '2', '12e3', '3k', 'much'].map(readQuantity)).toEqual([
      0.5,
      1.5 * 2 ** 30,
      2,
      12_000,
      3_000,
      Number.NaN,
    ]);
    expect(readShare('25%', 3, Math.ceil)).toBe(1);
    expect(readShare('25%', 3, Math.floor)).toBe(0);
    expect(readShare(2, 3, Math.ceil)).toBe(2);
    expect(readShare('x', 3, Math.ceil)).toBeNull();
    expect([9_000, 840_000, 7_300_000, 260_000_000].map(spokenSpan)).toEqual(['9 s', '14 min', '2 h', '3 days']);
  });
});
