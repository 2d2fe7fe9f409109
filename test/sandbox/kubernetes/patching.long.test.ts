/** The three kinds of patch that the simulated cluster takes. */

import { describe, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { ask, at, checkout, clusterForEachTest, deployment, patch, running } from './cluster.ts';

let k: KubernetesSandbox;
clusterForEachTest([running], (started) => {
  k = started;
});

describe('patching', () => {
  it('merges, removes with null, and replaces lists', async () => {
    const body = { metadata: { annotations: { a: '1' }, labels: { app: null } }, spec: { replicas: 4 } };
    const { status, body: after } = await patch(k, deployment, 'merge', body);
    expect(status).toBe(200);
    expect(after).toMatchObject({ metadata: { annotations: { a: '1' } }, spec: { replicas: 4 } });
    // What is empty is left out.
    expect(after).not.toHaveProperty('metadata.labels');
  });

  it('merges strategically: containers by name, env by name, with deletes and replaces', async () => {
    const env = [
      { name: 'CACHE', value: 'on' },
      { name: 'DEBUG', value: '1' },
    ];
    const container = (change: object): object => ({
      spec: { template: { spec: { containers: [{ name: 'checkout', ...change }] } } },
    });
    await patch(k, deployment, 'strategic', container({ env }));
    const second = container({
      image: checkout('v2'),
      env: [
        { name: 'DEBUG', $patch: 'delete' },
        { name: 'CACHE', value: 'off' },
      ],
    });
    const { body } = await patch(k, deployment, 'strategic', second);
    const containers = at(body, 'spec', 'template', 'spec', 'containers') as readonly unknown[];
    expect(containers).toHaveLength(1);
    expect(containers[0]).toMatchObject({ image: checkout('v2'), env: [{ name: 'CACHE', value: 'off' }] });
    const template = {
      metadata: { labels: { app: 'checkout' } },
      spec: { containers: [{ name: 'other', image: 'o:1' }] },
    };
    const third = await patch(k, deployment, 'strategic', { spec: { template: { ...template, $patch: 'replace' } } });
    expect(at(third.body, 'spec', 'template', 'spec', 'containers')).toMatchObject([{ name: 'other' }]);
    expect(at(third.body, 'spec', 'template')).not.toHaveProperty('$patch');
  });

  it('applies JSON patches, and tells bad ones from those that do not apply', async () => {
    const good = [
      { op: 'test', path: '/spec/replicas', value: 3 },
      { op: 'replace', path: '/spec/replicas', value: 5 },
      { op: 'add', path: '/metadata/annotations/a~1b', value: 'x' },
    ];
    const { body } = await patch(k, deployment, 'json', good);
    expect(body).toMatchObject({ metadata: { annotations: { 'a/b': 'x' } }, spec: { replicas: 5 } });
    expect((await patch(k, deployment, 'json', { spec: {} })).body).toMatchObject({ code: 400, reason: 'BadRequest' });
    const failed = await patch(k, deployment, 'json', [{ op: 'test', path: '/spec/replicas', value: 9 }]);
    // The server does not say which operation it was.
    const message = 'the server rejected our request due to an error in our request';
    expect(failed.body).toMatchObject({ code: 422, reason: 'Invalid', message, details: {} });
    const missing = await patch(k, deployment, 'json', [{ op: 'replace', path: '/spec/nothing', value: 9 }]);
    expect(missing.status).toBe(422);
  });

  it('refuses other types of patch with 415', async () => {
    const { body } = await ask(k, 'PATCH', deployment, { body: {}, type: 'application/json' });
    expect(body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });

  it('refuses to change a selector', async () => {
    const { body } = await patch(k, deployment, 'merge', { spec: { selector: { matchLabels: { app: 'other' } } } });
    expect(body).toMatchObject({ code: 422 });
    expect(String(body['message'])).toContain('field is immutable');
  });
});
