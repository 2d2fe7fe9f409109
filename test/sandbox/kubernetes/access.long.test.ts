/** Who may do what in the simulated cluster, and how it says no. */

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { KubernetesSandbox } from '../../../sandbox/kubernetes/server.ts';
import { ask, cluster, deployment, patch, running } from './cluster.ts';

let k: KubernetesSandbox;
beforeAll(async () => {
  k = await cluster([running]);
});
afterAll(() => k[Symbol.asyncDispose]());

const bot = 'system:serviceaccount:bots:incident-bot';

async function may(token: string, resourceAttributes: object): Promise<unknown> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const answer = await ask(k, 'POST', path, { token, body });
  expect(answer.status).toBe(201);
  return (answer.body['status'] as { allowed: unknown }).allowed;
}

it('what a rule allows is done, anything else is refused with what is missing', async () => {
  expect((await patch(k, deployment, 'merge', { spec: { replicas: 3 } }, 'bot-token')).status).toBe(200);
  const { status, body } = await ask(k, 'DELETE', deployment, { token: 'bot-token' });
  expect(status).toBe(403);
  expect(body).toMatchObject({
    kind: 'Status',
    reason: 'Forbidden',
    message: `deployments.apps "checkout" is forbidden: User "${bot}" cannot delete resource "deployments" in API group "apps" in the namespace "shop"`,
    details: { name: 'checkout', group: 'apps', kind: 'deployments' },
  });
});

it.each([
  [
    '/api/v1/namespaces/default/pods',
    `pods is forbidden: User "${bot}" cannot list resource "pods" in API group "" in the namespace "default"`,
  ],
  [
    '/api/v1/nodes',
    `nodes is forbidden: User "${bot}" cannot list resource "nodes" in API group "" at the cluster scope`,
  ],
  [
    '/apis/apps/v1/namespaces/shop/deployments/checkout/status',
    `deployments.apps "checkout" is forbidden: User "${bot}" cannot get resource "deployments/status" in API group "apps" in the namespace "shop"`,
  ],
])('GET %s is refused in the words of the server', async (path, message) => {
  expect((await ask(k, 'GET', path, { token: 'bot-token' })).body).toMatchObject({ code: 403, message });
});

it('a review of one’s own access says what the rules say', async () => {
  const restart = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' };
  expect(await may('bot-token', restart)).toBe(true);
  expect(await may('bot-token', { ...restart, namespace: 'default' })).toBe(false);
  expect(await may('bot-token', { ...restart, subresource: 'scale' })).toBe(true);
  expect(await may('bot-token', { ...restart, verb: 'delete' })).toBe(false);
  expect(await may('viewer-token', restart)).toBe(false);
  expect(await may('admin-token', { ...restart, verb: 'delete' })).toBe(true);
});

it('a rule may be for named objects only', async () => {
  const rule = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'], resourceNames: ['cart'] };
  k.user({ token: 'narrow', name: 'narrow', rules: [rule] });
  expect((await ask(k, 'GET', deployment, { token: 'narrow' })).status).toBe(403);
  expect((await ask(k, 'GET', deployment.replace('checkout', 'cart'), { token: 'narrow' })).status).toBe(404);
});

it('tokens that are unknown or have expired get 401, no token at all gets 403', async () => {
  for (const token of ['nobody', 'expired-token']) {
    const { status, body } = await ask(k, 'GET', deployment, { token });
    expect([status, body['reason'], body['message']]).toEqual([401, 'Unauthorized', 'Unauthorized']);
  }
  k.expireToken('viewer-token');
  expect((await ask(k, 'GET', deployment, { token: 'viewer-token' })).status).toBe(401);
  expect((await ask(k, 'GET', deployment, { token: '' })).body).toMatchObject({ code: 403 });
  expect((await ask(k, 'GET', '/version', { token: '' })).status).toBe(200);
});

it('every request is written down, with who sent it and what came of it', async () => {
  await patch(k, `${deployment}?fieldManager=x`, 'merge', { spec: { replicas: 4 } }, 'bot-token');
  expect(k.calls().at(-1)).toEqual({
    at: k.clock.now(),
    user: bot,
    method: 'PATCH',
    path: deployment,
    query: { fieldManager: 'x' },
    contentType: 'application/merge-patch+json',
    body: { spec: { replicas: 4 } },
    status: 200,
    reason: '',
    fault: false,
  });
});
