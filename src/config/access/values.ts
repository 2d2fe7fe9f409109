/** Readers of the single values of access: days, people, and names of clusters. */
import { permissions } from '../../access/permissions.ts';
import type { Permission } from '../../access/permissions.ts';
import type { Duration, Instant } from '../../incident/incident.ts';
import { remedyFor } from '../complain.ts';
import { readDuration } from '../duration.ts';
import { quote, ValueFault } from '../fault.ts';
import { readSlackId } from '../values.ts';
import { openZone } from '../zone.ts';

/** A day of the calendar, as it is written: `2026-12-24`. */
export function readDay(text: string): string {
  if (isDay(text)) return text;
  throw new ValueFault(`${quote(text)} is not a day`, 'write year, month and day: `2026-12-24`');
}

/** Whether a text is a day that its month has. */
export function isDay(text: string): boolean {
  if (!/^[2-9]\d{3}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** When a day begins in a time zone: midnight, or the first moment after it where clocks skip midnight. */
export const beginningOf = (day: string, timezone: string): Instant =>
  openZone(timezone).first(Date.parse(`${day}T00:00Z`));

/** A person: an address (in lower case), or a Slack id. */
export function readPerson(text: string): { readonly email: string } | { readonly id: string } {
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return { email: text.toLowerCase() };
  if (/^[UW][A-Z0-9]{2,}$/.test(text)) return { id: text };
  const remedy = 'write an e-mail address, `ana@example.com`, or the id of a Slack user, `U0ANA`';
  throw new ValueFault(`${quote(text)} is not a person`, remedy);
}

/** What people may do, by its word. There are too many to list. */
export function readPermission(text: string): Permission {
  const word = permissions.find((known) => known === text);
  if (word !== undefined) return word;
  const remedy = remedyFor(text, permissions, 'write one that docs/configuration.md names, such as `restart`');
  throw new ValueFault(`${quote(text)} is not a permission`, remedy);
}

/** The id of a Slack user group. A name, `@sre`, can be given to another group tomorrow. */
export const readGroup = readSlackId('S', 'the id of a Slack user group');

/** The name of a namespace (RFC 1123 label): a dot would be allowed in other names. */
export function readNamespace(text: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new ValueFault(
    `${quote(text)} can't be the name of a namespace`,
    'use lower-case letters, digits and `-`, at most 63',
  );
}

/** Whether a text can be the name of a cluster: it stands in the names of targets, `eu-1/shop/Deployment/checkout`. */
export const isClusterName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(text);

/** The name of a cluster. */
export function readClusterName(text: string): string {
  if (isClusterName(text)) return text;
  const remedy = 'use lower-case letters, digits, `-` and `.`, at most 63';
  throw new ValueFault(`${quote(text)} can't be the name of a cluster`, remedy);
}

/** How long approvals and deeds hold: long enough to be read, and never so long that nobody remembers. */
export function readExpiry(text: string): Duration {
  const duration = readDuration(text);
  if (duration < readDuration('1m')) throw new ValueFault(`${quote(text)} is too short`, 'write at least `1m`');
  if (duration > readDuration('1d')) throw new ValueFault(`${quote(text)} is too long`, 'write at most `1d`');
  return duration;
}

/** The only thing that `in_cluster` says. */
export function readTrue(value: boolean): true {
  if (value) return value;
  throw new ValueFault('`false` says nothing', 'write `in_cluster: true`, or `kubeconfig` and `context`');
}
