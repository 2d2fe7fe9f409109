/** Who may send: the credentials of each source, compared in constant time. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../incident/incident.ts';

/** A secret that is read at the point of use. Throws when it can't be read. */
interface Secret {
  readonly reveal: () => string;
}

/** The credentials of one source. Any one of them lets a body in, so that they can be rotated; without any, nothing gets in. */
export interface Credentials {
  readonly bearer: readonly Secret[];
  readonly basic: readonly { readonly user: string; readonly password: Secret }[];
}

/** Whether a source's `Authorization` header lets its body in. Throws when it might, but a secret can't be read. */
export type Authorize = (source: string, header: string | undefined) => 'ok' | 'denied' | 'unknown';

/** Secrets are read again after this many milliseconds: a rotated file is noticed, and a storm doesn't read it 1,000 times. */
const freshness = 1_000;

interface Accepted {
  readonly readAt: Instant;
  readonly digests: readonly Buffer[];
  /** Why a secret could not be read. */
  readonly fault: unknown;
}

/** Checks headers against the credentials of the sources, by name. */
export function openAuthorize(sources: Readonly<Record<string, Credentials>>, clock: () => Instant): Authorize {
  const known = new Map(Object.entries(sources));
  const read = new Map<string, Accepted>();
  return (source, header) => {
    const credentials = known.get(source);
    if (credentials === undefined) return 'unknown';
    const presented = presentedBy(header ?? '');
    if (presented === null) return 'denied';
    const now = clock();
    let accepted = read.get(source);
    if (accepted === undefined || Math.abs(now - accepted.readAt) >= freshness) {
      accepted = readDigests(credentials, now);
      read.set(source, accepted);
    }
    const digest = digestOf(presented);
    // Every digest is compared, whichever fits: the time taken tells nothing.
    const fits = accepted.digests.filter((candidate) => timingSafeEqual(candidate, digest));
    if (fits.length > 0) return 'ok';
    if (accepted.fault === undefined) return 'denied';
    throw new Error(`reading the credentials of source ${source}`, { cause: accepted.fault });
  };
}

/** A credential in one canonical text: the scheme (RFC 6750 or 7617, whatever its case), a line break, the rest. */
function presentedBy(header: string): string | null {
  const [, scheme = '', rest = ''] = /^(bearer|basic) +(\S+) *$/i.exec(header) ?? [];
  if (rest === '') return null;
  return scheme.toLowerCase() === 'bearer' ? `bearer\n${rest}` : `basic\n${Buffer.from(rest, 'base64').toString()}`;
}

function readDigests({ bearer, basic }: Credentials, readAt: Instant): Accepted {
  const texts = [
    ...bearer.map((token) => () => `bearer\n${token.reveal()}`),
    ...basic.map(
      ({ user, password }) =>
        () =>
          `basic\n${user}:${password.reveal()}`,
    ),
  ];
  const digests: Buffer[] = [];
  let fault: unknown;
  for (const text of texts) {
    try {
      digests.push(digestOf(text()));
    } catch (error) {
      fault = error;
    }
  }
  return { readAt, digests, fault };
}

/** Digests have one length, whatever the secret's: that is what makes the comparison constant in time. */
const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');
