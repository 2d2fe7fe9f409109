/** The POST routes of the admin side: each is a body and the sandbox function it goes to. */

import { z } from 'zod';

import { clockPost, post, type Post } from '../../admin.ts';
import { allBehaviours } from '../controllers/behaviour.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Fault } from '../troubles/faults.ts';

const text = z.string();
const json: z.ZodType<JsonValue> = z.json();
const object: z.ZodType<JsonObject> = z.record(text, json);
const place = { kind: text.default('Deployment'), namespace: text.default('shop'), name: text };
const workload = { namespace: text.default('shop'), workload: text };
const when = z.enum(['before', 'after']).exactOptional();

const fault: z.ZodType<Fault> = z.union([
  z.enum(['hang', 'truncated', 'garbage']),
  z.strictObject({ delayMs: z.number(), when }),
  z.strictObject({ cut: z.enum(['before', 'after']) }),
  z.strictObject({ status: z.number().min(400).max(599), when, retryAfter: z.number().exactOptional() }),
  z.strictObject({
    webhook: text,
    denies: text,
    code: z.number().exactOptional(),
    reason: text.exactOptional(),
  }),
  z.strictObject({ webhook: text, dryRun: z.literal('unsupported') }),
  z.strictObject({ webhook: text, down: z.literal(true) }),
  z.strictObject({ warning: text }),
]);

const order = z.strictObject({
  verb: text.exactOptional(),
  resource: text.exactOptional(),
  namespace: text.exactOptional(),
  name: text.exactOptional(),
  user: text.exactOptional(),
  dryRun: z.boolean().exactOptional(),
  times: z.number().nullable().exactOptional(),
  skip: z.number().exactOptional(),
  fault,
});

const rule = z.strictObject({
  apiGroups: z.array(text),
  resources: z.array(text),
  verbs: z.array(text),
  resourceNames: z.array(text).exactOptional(),
  namespaces: z.array(text).exactOptional(),
});

const changing: { readonly [name: string]: Post<Sandbox> } = {
  deploy: post(
    '{kind?, namespace?, name, image, cause?}: deploys an image; its tag says how it behaves (ok, crash…, oom…, pullfail…, slow…, unsched…)',
    z.strictObject({ ...place, image: text, cause: text.exactOptional() }),
    (sandbox, body) => void sandbox.deploy(body.kind, body.namespace, body.name, body.image, body.cause),
  ),
  change: post(
    '{kind?, namespace?, name, change, manager?}: merges into an object, as somebody else would',
    z.strictObject({ ...place, change: object, manager: text.exactOptional() }),
    (sandbox, body) => sandbox.change(body.kind, body.namespace, body.name, body.change, body.manager),
  ),
  create: post('{object}: creates an object', z.strictObject({ object }), (sandbox, body) =>
    sandbox.create(body.object),
  ),
  remove: post('{kind?, namespace?, name}: deletes an object', z.strictObject(place), (sandbox, body) =>
    sandbox.remove(body.kind, body.namespace, body.name),
  ),
  afflict: post(
    '{namespace?, workload, behaviour}: lets the pods that run now go bad, so that a restart helps',
    z.strictObject({ ...workload, behaviour: z.enum(allBehaviours) }),
    (sandbox, body) => sandbox.afflict(body.namespace, body.workload, body.behaviour),
  ),
  log: post(
    '{namespace?, workload, lines}: what its containers write; null for the usual',
    z.strictObject({ ...workload, lines: z.array(text).nullable() }),
    (sandbox, body) => sandbox.setLog(body.namespace, body.workload, body.lines),
  ),
};

const troubling: { readonly [name: string]: Post<Sandbox> } = {
  fault: post(
    '{verb?, resource?, namespace?, name?, user?, dryRun?, times?, skip?, fault}: lets the next requests that match go wrong; times null is for ever',
    order,
    (sandbox, body) => sandbox.fault(body),
  ),
  'clear-faults': post('{}: forgets the faults still to come', z.strictObject({}), (sandbox) => sandbox.clearFaults()),
  gitops: post(
    '{kind?, namespace?, name, by, fields?, afterMs?, idle?}: lets Argo CD or Flux keep a workload as it is now',
    z.strictObject({
      ...place,
      by: z.enum(['argocd-controller', 'kustomize-controller']),
      fields: z.array(z.enum(['template', 'replicas'])).exactOptional(),
      afterMs: z.number().exactOptional(),
      idle: z.boolean().exactOptional(),
    }),
    (sandbox, body) => sandbox.gitops(body),
  ),
  release: post(
    '{namespace?, name}: lets a workload go again',
    z.strictObject({ namespace: place.namespace, name: text }),
    (sandbox, body) => sandbox.release(body.namespace, body.name),
  ),
  demand: post(
    '{namespace?, autoscaler, replicas}: what the metrics call for; null is as many as there are',
    z.strictObject({ namespace: place.namespace, autoscaler: text, replicas: z.number().nullable() }),
    (sandbox, body) => sandbox.demand(body.namespace, body.autoscaler, body.replicas),
  ),
  user: post(
    '{token, name, groups?, rules, expired?}: adds a user with the rules of RBAC',
    z.strictObject({
      token: text,
      name: text,
      groups: z.array(text).exactOptional(),
      rules: z.array(rule),
      expired: z.boolean().exactOptional(),
    }),
    (sandbox, body) => sandbox.user(body),
  ),
  'expire-token': post('{token}: answers it with 401 from now on', z.strictObject({ token: text }), (sandbox, body) =>
    sandbox.expireToken(body.token),
  ),
  compact: post('{}: forgets past versions, for 410', z.strictObject({}), (sandbox) => sandbox.compact()),
  'end-watches': post(
    '{how?}: ends all watches, cut or with 410 (expire)',
    z.strictObject({ how: z.enum(['cut', 'expire']).default('cut') }),
    (sandbox, body) => sandbox.endWatches(body.how),
  ),
  clock: clockPost,
  reset: post('{}: makes a fresh cluster', z.strictObject({}), (sandbox) => sandbox.reset()),
};

/** All POST routes by name. */
export const posts: { readonly [name: string]: Post<Sandbox> } = { ...changing, ...troubling };
