/** What the room is told of PagerDuty: where it is, and which secrets open it. */
import { explain } from '../incident/fault.ts';
import { PagerError, type PagerTrouble } from './pager-error.ts';

/** PagerDuty's service regions. An account lives in one of them. */
export type Region = 'us' | 'eu';

/** A secret that is read at the point of use. `reveal` throws when it can't be read. */
export interface Secret {
  /** `env:NAME` or `file:/path`; no secret, so it may be shown. */
  readonly ref: string;
  readonly reveal: () => string;
}

/** A secret, and the key of vigie.yaml that names it. */
export interface Setting {
  /** `services.checkout.pagerduty.routing_key`. */
  readonly name: string;
  readonly secret: Secret;
}

/** Where an API is. */
export interface Base {
  /** Host, port and path, as pdjs wants a server: it writes `https://` before it. */
  readonly server: string;
  /** Spoken without TLS, as the sandbox does. */
  readonly plain: boolean;
  /** What people are shown. */
  readonly host: string;
}

/** Both APIs. */
export interface Bases {
  readonly events: Base;
  readonly api: Base;
}

/** The hosts of a region, unless the environment names others. Throws a sentence for an address that is none. */
export function basesOf(region: Region, env: Readonly<Record<string, string | undefined>> = {}): Bases {
  const inside = region === 'eu' ? 'eu.pagerduty.com' : 'pagerduty.com';
  const take = (name: string, usual: string): Base => baseOf(name, env[name]?.trim() || usual);
  return {
    events: take('PAGERDUTY_EVENTS_URL', `https://events.${inside}`),
    api: take('PAGERDUTY_API_URL', `https://api.${inside}`),
  };
}

function baseOf(name: string, address: string): Base {
  const url = URL.parse(address);
  const isBase =
    url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
  if (!isBase) throw new Error(`${name} is not the address of an API: write it as https://api.pagerduty.com`);
  const plain = url.protocol === 'http:';
  // pdjs always writes https, whose port is another one.
  const host = plain && url.port === '' ? `${url.host}:80` : url.host;
  return { server: host + url.pathname.replace(/\/+$/, ''), plain, host: url.host };
}

/** The name of a setting with its reference, for sentences: `pagerduty.api_token (env:PD_TOKEN)`. */
export const spoken = ({ name, secret }: Setting): string => `${name} (${secret.ref})`;

/** The value of a secret that travels in a header or a body. Throws a PagerError that names the setting. */
export function reveal(setting: Setting, kind: Extract<PagerTrouble, 'key' | 'token'>): string {
  let value: string;
  try {
    value = setting.secret.reveal().trim();
  } catch (error) {
    throw new PagerError(kind, `${setting.name} can't be read: ${explain(error)}`, {}, { cause: error });
  }
  if (/^[\x21-\x7E]+$/.test(value)) return value;
  const wrong = value === '' ? 'is empty' : 'holds characters that no key or token of PagerDuty has';
  throw new PagerError(kind, `${spoken(setting)} ${wrong}: put the right one there`);
}
