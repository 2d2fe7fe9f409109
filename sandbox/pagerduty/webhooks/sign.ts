/** The signature of webhooks (https://developer.pagerduty.com/docs/verifying-signatures). */

import { createHmac } from 'node:crypto';

/** Ways of getting the proof wrong: signed with another secret, or not at all. */
export type Forgery = 'wrong-signature' | 'unsigned';

/** The header with one signature for each live secret; empty for an unsigned delivery. */
export function signatures(secrets: readonly string[], body: string, forgery?: Forgery): Record<string, string> {
  if (forgery === 'unsigned') return {};
  const keys = forgery === 'wrong-signature' ? secrets.map((secret) => `not ${secret}`) : secrets;
  const signed = keys.map((key) => `v1=${createHmac('sha256', key).update(body).digest('hex')}`);
  return { 'x-pagerduty-signature': signed.join(',') };
}
