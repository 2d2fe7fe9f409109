/** The POST routes of the admin side: each is a body and the sandbox function it goes to. */

import { z } from 'zod';

import { clockPost, post, type Post } from '../../admin.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Fault } from '../troubles/faults.ts';
import type { HookFault } from '../troubles/hook-faults.ts';

const text = z.string();
const incident = z.union([text, z.number()]).default('newest');
const user = text;
const when = z.enum(['before', 'after']).exactOptional();

const fault: z.ZodType<Fault> = z.union([
  z.enum(['swallowed', 'hang', 'garbage', 'empty']),
  z.strictObject({ delayMs: z.number(), when }),
  z.strictObject({ cut: z.enum(['before', 'after']) }),
  z.strictObject({
    status: z.number().min(400).max(599),
    when,
    resetSeconds: z.number().exactOptional(),
    bare: z.boolean().exactOptional(),
  }),
  z.strictObject({ lateMs: z.number() }),
]);

const hookFault: z.ZodType<HookFault> = z.union([
  z.enum(['twice', 'swapped', 'lost', 'wrong-signature', 'unsigned']),
  z.strictObject({ lateMs: z.number() }),
]);

const people: { readonly [name: string]: Post<Sandbox> } = {
  acknowledge: post('{user, incident?}: acknowledges', z.strictObject({ user, incident }), (sandbox, body) =>
    sandbox.acknowledgeAs(body.user, body.incident),
  ),
  unacknowledge: post(
    '{user, incident?}: takes an acknowledgement back',
    z.strictObject({ user, incident }),
    (sandbox, body) => sandbox.unacknowledgeAs(body.user, body.incident),
  ),
  resolve: post('{user, incident?}: resolves', z.strictObject({ user, incident }), (sandbox, body) =>
    sandbox.resolveAs(body.user, body.incident),
  ),
  reopen: post('{user, incident?}: opens it again', z.strictObject({ user, incident }), (sandbox, body) =>
    sandbox.reopenAs(body.user, body.incident),
  ),
  reassign: post(
    '{user, to, incident?}: gives it to a colleague or a policy',
    z.strictObject({ user, to: text, incident }),
    (sandbox, body) => sandbox.reassign(body.user, body.to, body.incident),
  ),
  escalate: post(
    '{user, level?, incident?}: moves it to a level, the next one when left out',
    z.strictObject({ user, level: z.number().nullable().default(null), incident }),
    (sandbox, body) => sandbox.escalate(body.user, body.level, body.incident),
  ),
  note: post('{user, text, incident?}: writes a note', z.strictObject({ user, text, incident }), (sandbox, body) =>
    sandbox.note(body.user, body.text, body.incident),
  ),
  priority: post(
    '{user, priority, incident?}: sets the priority (P1), or null',
    z.strictObject({ user, priority: text.nullable(), incident }),
    (sandbox, body) => sandbox.prioritise(body.user, body.priority, body.incident),
  ),
  reply: post(
    '{user, state, incident?}: joined or declined, by somebody who was asked to help',
    z.strictObject({ user, state: z.enum(['joined', 'declined']), incident }),
    (sandbox, body) => sandbox.replyAs(body.user, body.state, body.incident),
  ),
};

const account: { readonly [name: string]: Post<Sandbox> } = {
  'on-call': post(
    '{schedule, user}: puts somebody on call; null leaves a gap',
    z.strictObject({ schedule: text, user: text.nullable() }),
    (sandbox, body) => sandbox.putOnCall(body.schedule, body.user),
  ),
  'set-service': post(
    '{service, status}: active or disabled',
    z.strictObject({ service: text, status: z.enum(['active', 'disabled']) }),
    (sandbox, { service, status }) => sandbox.setService(service, { status }),
  ),
  'replace-key': post(
    '{service}: a new routing key; the old one is refused',
    z.strictObject({ service: text }),
    (sandbox, body) => ({ key: sandbox.replaceKey(body.service) }),
  ),
  'expire-token': post('{token}: answers it with 401 from now on', z.strictObject({ token: text }), (sandbox, body) =>
    sandbox.expireToken(body.token),
  ),
  ability: post(
    '{ability, has}: gives the account an ability or takes it away',
    z.strictObject({ ability: text, has: z.boolean() }),
    (sandbox, body) => sandbox.setAbility(body.ability, body.has),
  ),
  'rotate-secret': post('{}: adds a webhook secret; all sign', z.strictObject({}), (sandbox) => ({
    secret: sandbox.rotateSecret(),
  })),
  'drop-old-secrets': post('{}: only the newest secret signs', z.strictObject({}), (sandbox) =>
    sandbox.dropOldSecrets(),
  ),
  connect: post(
    '{url}: where the app takes webhooks; null for nowhere',
    z.strictObject({ url: text.nullable() }),
    (sandbox, body) => sandbox.connectApp(body.url),
  ),
};

const troubles: { readonly [name: string]: Post<Sandbox> } = {
  fault: post(
    '{api?, method?, path?, action?, times?, skip?, forMs?, fault}: lets the next requests that match go wrong; times null is for ever',
    z.strictObject({
      ...{ api: z.enum(['events', 'rest']).exactOptional(), method: text.exactOptional(), path: text.exactOptional() },
      ...{
        action: text.exactOptional(),
        times: z.number().nullable().exactOptional(),
        skip: z.number().exactOptional(),
      },
      ...{ forMs: z.number().exactOptional(), fault },
    }),
    (sandbox, body) => sandbox.fault(body),
  ),
  'hook-fault': post(
    '{event?, times?, fault}: lets the next webhooks go wrong: twice, swapped, lost, wrong-signature, unsigned, {lateMs}',
    z.strictObject({ event: text.exactOptional(), times: z.number().exactOptional(), fault: hookFault }),
    (sandbox, body) => sandbox.hookFault(body),
  ),
  'clear-faults': post('{}: forgets the faults still to come', z.strictObject({}), (sandbox) => sandbox.clearFaults()),
  redeliver: post(
    '{fault?}: sends the last webhook once more, or a forgery of it',
    z.strictObject({ fault: hookFault.exactOptional() }),
    (sandbox, body) => sandbox.redeliver(body.fault),
  ),
  clock: clockPost,
  reset: post('{}: makes a fresh account', z.strictObject({}), (sandbox) => sandbox.reset()),
};

/** All POST routes by name. */
export const posts: { readonly [name: string]: Post<Sandbox> } = { ...people, ...account, ...troubles };
