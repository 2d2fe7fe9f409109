/** Slack's request signature (https://docs.slack.dev/authentication/verifying-requests-from-slack). */

import { createHmac } from 'node:crypto';

/** Ways of getting a request's proof wrong, for tests of the app's door. */
export type Forgery = {
  /** `wrong` signs with another secret, `missing` leaves the header out. */
  readonly signature?: 'wrong' | 'missing';
  /** Seconds to add to the timestamp: -400 is stale, +400 is from the future. */
  readonly timestampOffset?: number;
};

/**
 * The two headers that prove a body comes from Slack. The timestamp is real time, not the sandbox's clock,
 * because the app compares it with its own.
 */
export function signature(secret: string, body: string, forgery: Forgery = {}): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) + (forgery.timestampOffset ?? 0));
  const key = forgery.signature === 'wrong' ? `not ${secret}` : secret;
  const digest = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = { 'x-slack-request-timestamp': timestamp };
  return forgery.signature === 'missing' ? headers : { ...headers, 'x-slack-signature': `v0=${digest}` };
}
