/** What comes of something a person did: the app's acknowledgement, and what this person got to see. */

import { deliver, type Outgoing, type Reply } from '../app/deliver.ts';
import type { Forgery } from '../app/sign.ts';
import { stackOf } from '../workspace/views.ts';
import type { Message, View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** How a request is sent: as Slack would, or forged. */
export type Sending = { readonly forge?: Forgery };

/** The acknowledgement and its consequences. Apps often answer after acknowledging, so these lists may still grow. */
export type Outcome = {
  /** The HTTP status of the acknowledgement, 200 over a socket, 0 when none came within three seconds. */
  readonly status: number;
  readonly ms: number;
  readonly body: string;
  /** Messages only this person has got since. */
  readonly ephemeral: readonly Message[];
  /** The modal on top for this person now, when it was opened or changed since. */
  readonly view: View | null;
  /** What Slack itself has told this person since, such as "operation_timeout". */
  readonly told: readonly string[];
  /** Sends the very same request once more, freshly signed, and does nothing with the acknowledgement. */
  readonly again: (sending?: Sending) => Promise<Outcome>;
};

/** Sends something a person did and hands the acknowledgement to `settle`. Forged requests are not settled. */
export async function act(
  world: World,
  user: string,
  outgoing: Outgoing,
  sending: Sending,
  settle: (reply: Reply) => void,
): Promise<Outcome> {
  const start = world.journal.entries.length;
  const reply = await deliver(world, outgoing, sending.forge);
  if (!sending.forge) settle(reply);
  return outcomeOf(world, user, start, reply, (next = {}) => act(world, user, outgoing, next, () => undefined));
}

function outcomeOf(world: World, user: string, start: number, reply: Reply, again: Outcome['again']): Outcome {
  const since = (): World['journal']['entries'] => world.journal.entries.slice(start);
  return {
    status: reply.status,
    ms: reply.ms,
    body: reply.body,
    get ephemeral() {
      return since().flatMap((entry) =>
        entry.kind === 'posted' && entry.message.onlyFor === user ? [entry.message] : [],
      );
    },
    get view() {
      const top = stackOf(world, user).at(-1);
      return since().some((entry) => 'view' in entry && entry.view.id === top?.id) ? (top ?? null) : null;
    },
    get told() {
      return since().flatMap((entry) => (entry.kind === 'told' && entry.user === user ? [entry.text] : []));
    },
    again,
  };
}
