/** Sends what happened in Slack to the app: signed over HTTP when it has a URL, else over its socket. */

import { signature, type Forgery } from './sign.ts';
import type { Json } from '../../json.ts';
import type { Sockets } from './socket.ts';
import type { World } from '../world.ts';

/** Where the app is. It outlives resets of the world. */
export type AppLink = {
  /** The app's endpoint for events, commands and interactivity; null to use Socket Mode. */
  eventsUrl: string | null;
  readonly sockets: Sockets;
  /** Aborted when the sandbox closes, so that nothing is left waiting. */
  readonly closing: AbortController;
};

/** A thing to tell the app. */
export type Outgoing =
  | { readonly kind: 'command'; readonly fields: { readonly [name: string]: string } }
  | { readonly kind: 'interaction'; readonly payload: Json }
  | { readonly kind: 'event'; readonly envelope: Json; readonly retry: Retry | null };

/** Which attempt this is, and why the one before was not good enough. */
export type Retry = { readonly num: number; readonly reason: RetryReason };

/** Slack's words for a delivery that went wrong (https://docs.slack.dev/apis/events-api/#error-handling). */
export type RetryReason = 'http_timeout' | 'connection_failed' | 'http_error' | 'too_many_redirects';

/** What came back. `status` is 0 when nothing did; `fault` is null when the app acknowledged in time. */
export type Reply = {
  readonly status: number;
  readonly ms: number;
  readonly body: string;
  readonly fault: RetryReason | null;
  /** The app asked not to be sent this again. */
  readonly noRetry: boolean;
};

/** Slack waits this long for an acknowledgement, in real time. */
export const ackLimitMs = 3000;

/** Whether anything can be delivered at all. */
export function appIsThere(world: World): boolean {
  return world.link.eventsUrl !== null || world.link.sockets.connected() > 0;
}

/** Delivers and waits for the acknowledgement, at most three seconds. Throws when no app is connected. */
export async function deliver(world: World, outgoing: Outgoing, forgery: Forgery = {}): Promise<Reply> {
  const { eventsUrl, sockets } = world.link;
  if (eventsUrl !== null) return overHttp(world, eventsUrl, outgoing, forgery);
  if (sockets.connected() > 0) return sockets.send(outgoing);
  throw new Error(
    'no app is connected to this sandbox: give it a URL with connectApp, or open a Socket Mode connection',
  );
}

function encode(outgoing: Outgoing): { readonly type: string; readonly body: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (outgoing.kind) {
    case 'command':
      return { type: form, body: new URLSearchParams(outgoing.fields).toString() };
    case 'interaction':
      return { type: form, body: new URLSearchParams({ payload: JSON.stringify(outgoing.payload) }).toString() };
    case 'event':
      return { type: 'application/json', body: JSON.stringify(outgoing.envelope) };
  }
}

function retryHeaders(outgoing: Outgoing): Record<string, string> {
  if (outgoing.kind !== 'event' || !outgoing.retry) return {};
  return { 'x-slack-retry-num': String(outgoing.retry.num), 'x-slack-retry-reason': outgoing.retry.reason };
}

async function overHttp(world: World, url: string, outgoing: Outgoing, forgery: Forgery): Promise<Reply> {
  const { type, body } = encode(outgoing);
  const headers = {
    'content-type': type,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: '*/*',
    ...signature(world.seed.signingSecret, body, forgery),
    ...retryHeaders(outgoing),
  };
  const signal = AbortSignal.any([AbortSignal.timeout(ackLimitMs), world.link.closing.signal]);
  const started = performance.now();
  const since = (): number => Math.round(performance.now() - started);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const answer = { status: response.status, body: await response.text(), ms: since() };
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    if (response.status >= 300 && response.status < 400) return { ...answer, noRetry, fault: 'too_many_redirects' };
    return { ...answer, noRetry, fault: response.ok ? null : 'http_error' };
  } catch {
    const fault = since() >= ackLimitMs - 50 ? 'http_timeout' : 'connection_failed';
    return { status: 0, body: '', ms: since(), fault, noRetry: false };
  }
}
