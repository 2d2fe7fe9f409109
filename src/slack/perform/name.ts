/** Names of incident channels: `inc-12-higherrorrate-checkout`, then `…-2`, `…-3` where others had the idea first. */
import type { Incident } from '../../incident/incident.ts';

/** Slack's limit. */
const longest = 80;

/** The name of the `nth` try, from 1: lower-case letters, digits and dashes, all that Slack takes. */
export function channelName({ number, title }: Pick<Incident, 'number' | 'title'>, nth: number): string {
  const suffix = nth === 1 ? '' : `-${nth}`;
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/gu, '-');
  const name = `inc-${number}-${slug}`.slice(0, longest - suffix.length).replace(/-+$/u, '');
  return name + suffix;
}
