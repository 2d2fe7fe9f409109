/** What the simulated cluster takes for an autoscaler. */

import { expect, it } from 'vitest';

import { ask, cluster, running } from './cluster.ts';

it('an autoscaler gets a metric when it has none, and bounds that fit each other', async () => {
  await using k = await cluster([running]);
  const path = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' };
  const make = (bounds: object) =>
    ask(k, 'POST', path, { body: { metadata: { name: 'checkout' }, spec: { scaleTargetRef, ...bounds } } });
  expect(String((await make({})).body['message'])).toContain('Required value: must be set and greater than 0');
  const low = await make({ minReplicas: 0, maxReplicas: 2 });
  expect(String(low.body['message'])).toContain(
    'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
  );
  expect((await make({ maxReplicas: 2 })).body).toMatchObject({
    spec: { minReplicas: 1, metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] },
  });
});
