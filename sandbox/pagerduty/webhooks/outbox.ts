/** Delivers webhooks at least once and in order: a queue for each subscription and incident, with retries. */

import type { HookFault } from '../troubles/hook-faults.ts';
import type { World } from '../world.ts';
import { attempt, type Attempt } from './attempt.ts';
import { isDisabled, type Subscription } from './subscriptions.ts';

/** A webhook to be sent: its event's type, the incident it is about, and the body. */
export type Parcel = { readonly type: string; readonly resource: string; readonly body: string };

/** One webhook on its way to one subscription. */
export type Delivery = Parcel & {
  /** `X-Webhook-Id`: the same for every attempt. */
  readonly id: string;
  readonly subscription: Subscription;
  readonly fault: HookFault | null;
  /** When it was first tried to be sent, in milliseconds. */
  readonly since: number;
  attempts: number;
};

/** What goes out. */
export type Outbox = {
  readonly send: (subscription: Subscription, parcel: Parcel) => void;
  /** Sends the last delivery once more, and says what the app answered. */
  readonly again: (fault: HookFault | null) => Promise<Attempt>;
  /** Resolves when nothing is being sent; what waits for its next attempt does not count. */
  readonly idle: () => Promise<void>;
};

const hour = 3_600_000;

/** PagerDuty says "periodically, for up to 48 hours"; a minute that doubles up to an hour is a guess. */
const longest = 48 * hour;

function pause(attempts: number): number {
  return Math.min(60_000 * 2 ** (attempts - 1), hour);
}

/** Gives a delivery up. Three in a row switch the subscription off for a day, and its queue is lost. */
function drop(world: World, { subscription }: Delivery): void {
  subscription.drops += 1;
  if (subscription.drops < 3) return;
  subscription.drops = 0;
  subscription.disabledUntil = world.clock.now() + 24 * hour;
}

type Queue = { readonly waiting: Delivery[]; busy: boolean };

/** Sends the first of a queue, and the next ones after it. Stops when it has to be tried again later. */
async function pump(world: World, queue: Queue): Promise<void> {
  if (queue.busy) return;
  queue.busy = true;
  for (let first = queue.waiting[0]; first; first = queue.waiting[0]) {
    if (isDisabled(world, first.subscription)) {
      queue.waiting.splice(0);
      break;
    }
    const { verdict } = await attempt(world, first);
    if (verdict === 'again' && world.clock.now() - first.since < longest && !world.link.closing.signal.aborted) {
      world.clock.after(pause(first.attempts), () => pump(world, queue));
      break;
    }
    queue.waiting.shift();
    if (verdict === 'done') first.subscription.drops = 0;
    else drop(world, first);
    if (verdict === 'done' && first.fault === 'twice') await attempt(world, first);
  }
  queue.busy = false;
}

/** An empty outbox. */
export function createOutbox(world: () => World): Outbox {
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  const held = new Map<Subscription, Delivery[]>();
  let last: Delivery | null = null;

  const run = (work: Promise<void>): Promise<void> => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
    return tracked;
  };
  const start = (name: string, deliveries: readonly Delivery[]): Promise<void> => {
    const queue = queues.get(name) ?? { waiting: [], busy: false };
    queues.set(name, queue);
    queue.waiting.push(...deliveries);
    // A queue that waits for its next attempt keeps what comes behind it.
    const idle = queue.waiting.length === deliveries.length;
    return idle ? run(pump(world(), queue)) : Promise.resolve();
  };

  return {
    send(subscription, parcel) {
      if (isDisabled(world(), subscription)) return;
      const fault = world().hookFaults.take(parcel.type);
      const id = world().ids.uuid('webhook');
      const delivery: Delivery = { ...parcel, id, subscription, fault, since: world().clock.now(), attempts: 0 };
      last = delivery;
      if (fault === 'lost') return;
      if (fault === 'swapped') {
        held.set(subscription, [...(held.get(subscription) ?? []), delivery]);
        return;
      }
      if (fault !== null && typeof fault === 'object') {
        world().clock.after(fault.lateMs, () => start(id, [delivery]));
        return;
      }
      const overtaken = held.get(subscription) ?? [];
      held.delete(subscription);
      void start(`${subscription.id} ${parcel.resource}`, [delivery, ...overtaken]);
    },
    async again(fault) {
      if (!last) throw new Error('no webhook has been sent yet');
      return attempt(world(), { ...last, fault });
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
