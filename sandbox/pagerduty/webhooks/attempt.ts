/** One attempt to hand a webhook to the app, and what its answer means. */

import type { World } from '../world.ts';
import type { Delivery } from './outbox.ts';
import { signatures } from './sign.ts';

/** How an attempt ended. `again` is for a later attempt, `dropped` for none. */
export type Attempt = {
  readonly at: number;
  readonly webhookId: string;
  readonly type: string;
  readonly url: string;
  /** From 1. */
  readonly attempt: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly verdict: 'done' | 'again' | 'dropped';
  readonly forged: boolean;
};

async function post(world: World, delivery: Delivery): Promise<{ readonly status: number; readonly late: boolean }> {
  const { subscription, fault, body, id } = delivery;
  const forgery = fault === 'wrong-signature' || fault === 'unsigned' ? fault : undefined;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'PagerDuty-Webhook/V3.0',
    accept: '*/*',
    ...Object.fromEntries(subscription.headers.map(({ name, value }) => [name, value])),
    'x-webhook-id': id,
    'x-webhook-subscription': subscription.id,
    ...signatures(subscription.secrets, body, forgery),
  };
  const timeout = AbortSignal.timeout(world.hookTimeoutMs);
  const signal = AbortSignal.any([timeout, world.link.closing.signal]);
  try {
    const response = await fetch(subscription.url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await response.arrayBuffer();
    return { status: response.status, late: false };
  } catch {
    return { status: 0, late: timeout.aborted };
  }
}

function verdictOn(status: number): Attempt['verdict'] {
  if (status >= 200 && status < 300) return 'done';
  return status === 0 || status === 429 || status >= 500 ? 'again' : 'dropped';
}

/** Tries once, and writes down what came of it. */
export async function attempt(world: World, delivery: Delivery): Promise<Attempt> {
  delivery.attempts += 1;
  const { type, subscription, fault, attempts, id } = delivery;
  const { status, late } = await post(world, delivery);
  const verdict = verdictOn(status);
  const forged = fault === 'wrong-signature' || fault === 'unsigned';
  const ended = { at: world.clock.now(), webhookId: id, type, url: subscription.url, attempt: attempts };
  const record: Attempt = { ...ended, status, verdict, forged };
  world.deliveries.push(record);
  if (late) world.complaints.push(`the app did not answer ${type} within ${world.hookTimeoutMs} ms`);
  if (forged && verdict === 'done') world.complaints.push(`the app took a ${type} that PagerDuty had not signed`);
  if (!forged && verdict === 'dropped') {
    world.complaints.push(
      `the app answered ${status} to a signed ${type}: PagerDuty drops it and, after three, everything`,
    );
  }
  world.journal.touch();
  return record;
}
