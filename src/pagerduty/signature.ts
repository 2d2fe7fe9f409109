/** Whether PagerDuty signed a body: HMAC-SHA256 of its bytes, with any of our secrets, compared in constant time. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../incident/incident.ts';

/** Whether a body comes from PagerDuty. Throws when it might, but a secret can't be read. */
export type Verify = (body: Buffer, signatures: readonly Buffer[]) => boolean;

/** A secret that is read at the point of use. Throws when it can't be read. */
interface Hidden {
  readonly reveal: () => string;
}

/** PagerDuty signs with every live secret of a subscription; more than a few is somebody else's idea. */
const most = 16;

/** Secrets are read again after this many milliseconds: a rotated file is noticed, and a storm doesn't read it 1,000 times. */
const freshness = 1_000;

/** The signatures of a header, `v1=<hex>,v1=<hex>`. What is none is left out, so that a later version may stand beside. */
export function signaturesIn(header: string | readonly string[] | undefined): readonly Buffer[] {
  const parts = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',', most);
  return parts.flatMap((part) => {
    const [, hex] = /^\s*v1=([0-9a-f]{64})\s*$/i.exec(part) ?? [];
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
  });
}

/** Checks signatures. Any secret will do, because there are several subscriptions, and secrets are rotated. */
export function openVerify(secrets: readonly Hidden[], clock: () => Instant): Verify {
  let read: { readonly at: Instant; readonly values: readonly string[]; readonly fault: unknown } | null = null;
  return (body, signatures) => {
    const now = clock();
    if (read === null || Math.abs(now - read.at) >= freshness) read = { at: now, ...readAll(secrets) };
    const own = read.values.map((secret) => createHmac('sha256', secret).update(body).digest());
    // Every pair is compared, whichever fits: the time taken tells nothing.
    const fits = own.flatMap((mine) => signatures.filter((theirs) => timingSafeEqual(mine, theirs)));
    if (fits.length > 0) return true;
    if (read.fault === undefined) return false;
    throw new Error('reading the secrets of pagerduty.webhook_secrets', { cause: read.fault });
  };
}

function readAll(secrets: readonly Hidden[]): { readonly values: readonly string[]; readonly fault: unknown } {
  const values: string[] = [];
  let fault: unknown;
  for (const secret of secrets) {
    try {
      const value = secret.reveal().trim();
      // Anybody can sign with nothing.
      if (value === '') throw new Error('a secret is empty');
      values.push(value);
    } catch (error) {
      fault = error;
    }
  }
  return { values, fault };
}
