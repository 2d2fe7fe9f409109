/** The POST routes of the admin side: each is a body and the sandbox function it goes to. */

import { z } from 'zod';

import { clockPost, post, type Post } from '../../admin.ts';
import type { Fault } from '../api/faults.ts';
import type { Sandbox } from '../sandbox.ts';

const text = z.string();
const forge = z
  .strictObject({
    signature: z.enum(['wrong', 'missing']).exactOptional(),
    timestampOffset: z.number().exactOptional(),
  })
  .exactOptional();
const sending = { forge };
const pointing = { forge, blockId: text.exactOptional() };
const entered = z.union([text, z.number(), z.array(text), z.null()]);
const place = { user: text, channel: text };
const inMessage = { ...place, ts: text.default('newest'), action: text };
const inView = { user: text, view: text, action: text };
const thread = { thread: text.exactOptional() };

const pressed = z.union([z.strictObject({ ...inView, ...pointing }), z.strictObject({ ...inMessage, ...pointing })]);
const chosen = z.union([
  z.strictObject({ ...inView, value: entered, ...pointing }),
  z.strictObject({ ...inMessage, value: entered, ...pointing }),
]);
const shortcut = z.union([
  z.strictObject({ ...place, ts: text, callback: text, ...sending }),
  z.strictObject({ user: text, callback: text, ...sending }),
]);

const fault: z.ZodType<Fault> = z.union([
  z.enum(['garbage', 'hang', 'reset', 'lost']),
  z.strictObject({ status: z.literal(429), retryAfter: z.number() }),
  z.strictObject({ status: z.number().min(100).max(599) }),
  z.strictObject({ error: text }),
  z.strictObject({ delayMs: z.number() }),
]);

const doing: { readonly [name: string]: Post<Sandbox> } = {
  command: post(
    '{user, channel, text}: types a slash command',
    z.strictObject({ ...place, text, ...sending }),
    (sandbox, { user, channel, text: line, ...how }) => sandbox.command(user, channel, line, how),
  ),
  click: post(
    '{user, channel, ts?, action} or {user, view, action}: presses a button, by id or label',
    pressed,
    (sandbox, body) => {
      if ('view' in body) {
        const { user, view, action, ...how } = body;
        return sandbox.clickInView(user, view, action, how);
      }
      const { user, channel, ts, action, ...how } = body;
      return sandbox.click(user, channel, ts, action, how);
    },
  ),
  select: post(
    '{user, channel, ts?, action, value} or {user, view, action, value}: chooses',
    chosen,
    (sandbox, body) => {
      if ('view' in body) {
        const { user, view, action, value, ...how } = body;
        return sandbox.selectInView(user, view, action, value, how);
      }
      const { user, channel, ts, action, value, ...how } = body;
      return sandbox.selectOption(user, channel, ts, action, value, how);
    },
  ),
  submit: post(
    '{user, view, values}: fills a modal in and sends it; values by block id, action id or label',
    z.strictObject({ user: text, view: text, values: z.record(text, entered), ...sending }),
    (sandbox, { user, view, values, ...how }) => sandbox.submit(user, view, values, how),
  ),
  close: post(
    '{user, view}: closes a modal without sending it',
    z.strictObject({ user: text, view: text, ...sending }),
    (sandbox, { user, view, ...how }) => sandbox.closeView(user, view, how),
  ),
  shortcut: post('{user, callback} or {user, channel, ts, callback}: uses a shortcut', shortcut, (sandbox, body) => {
    if ('ts' in body) {
      const { user, channel, ts, callback, ...how } = body;
      return sandbox.messageShortcut(user, channel, ts, callback, how);
    }
    const { user, callback, ...how } = body;
    return sandbox.shortcut(user, callback, how);
  }),
  suggest: post(
    '{user, view, action, text}: types into an external select',
    z.strictObject({ ...inView, text }),
    (sandbox, body) => sandbox.suggest(body.user, body.view, body.action, body.text),
  ),
};

const being: { readonly [name: string]: Post<Sandbox> } = {
  say: post(
    '{user, channel, text, thread?}: says something',
    z.strictObject({ ...place, text, ...thread }),
    (sandbox, body) => sandbox.say(body.user, body.channel, body.text, body.thread),
  ),
  mention: post(
    '{user, channel, text, thread?}: says something to the app',
    z.strictObject({ ...place, text, ...thread }),
    (sandbox, body) => sandbox.mention(body.user, body.channel, body.text, body.thread),
  ),
  react: post(
    '{user, channel, ts, emoji}: reacts to a message',
    z.strictObject({ ...place, ts: text, emoji: text }),
    (sandbox, body) => sandbox.react(body.user, body.channel, body.ts, body.emoji),
  ),
  join: post('{user, channel}: joins a channel', z.strictObject(place), (sandbox, body) =>
    sandbox.join(body.user, body.channel),
  ),
  archive: post(
    '{user, channel, archived?}: archives a channel, or with false brings it back',
    z.strictObject({ ...place, archived: z.boolean().default(true) }),
    (sandbox, body) => sandbox.archive(body.user, body.channel, body.archived),
  ),
  home: post('{user}: opens the Home tab', z.strictObject({ user: text }), (sandbox, body) =>
    sandbox.openHome(body.user),
  ),
  redeliver: post('{}: delivers the last event once more', z.strictObject({}), (sandbox) => sandbox.redeliver()),
  event: post(
    '{event}: delivers any inner event',
    z.strictObject({ event: z.record(text, z.unknown()) }),
    (sandbox, body) => sandbox.sendEvent(body.event),
  ),
};

const ruling: { readonly [name: string]: Post<Sandbox> } = {
  fault: post(
    '{method, times?, fault}: lets the next calls go wrong; method * is all',
    z.strictObject({ method: text, times: z.number().default(1), fault }),
    (sandbox, body) => sandbox.fault(body),
  ),
  'clear-faults': post('{}: forgets the faults still to come', z.strictObject({}), (sandbox) => sandbox.clearFaults()),
  clock: clockPost,
  connect: post(
    '{url}: sets the URL of the app; null for Socket Mode',
    z.strictObject({ url: z.url().nullable() }),
    (sandbox, body) => sandbox.connectApp(body.url),
  ),
  disconnect: post(
    '{reason?}: asks sockets to connect anew',
    z.strictObject({ reason: z.enum(['refresh_requested', 'warning', 'link_disabled']).default('refresh_requested') }),
    (sandbox, body) => sandbox.disconnectSockets(body.reason),
  ),
  reset: post('{}: makes a fresh workspace', z.strictObject({}), (sandbox) => sandbox.reset()),
};

/** All POST routes by name. */
export const posts: { readonly [name: string]: Post<Sandbox> } = { ...doing, ...being, ...ruling };
