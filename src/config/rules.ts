/** The part of the configuration that the core reads, in the core's own form. */
import type { Rules } from '../incident/rules.ts';
import type { FileValues } from './schema.ts';

/** The rules of a checked file; `hash` is the SHA-256 of its bytes. */
export function buildRules(hash: string, { severities, incidents, services, routes, policies }: FileValues): Rules {
  const { reopen_within, recover_hold, flapping, storm } = incidents;
  return {
    hash,
    severities: { ...severities, map: record(Object.entries(severities.map)) },
    incidents: { reopenWithin: reopen_within, recoverHold: recover_hold, flapping },
    storm,
    services: Object.entries(services).map(([name, { match, environment, slack }]) => ({
      name,
      match,
      environment: environment ?? null,
      slack: { channel: slack.channel ?? null, group: slack.group ?? null },
    })),
    routes: routes.map(({ match, policy }) => ({ match: match ?? [], policy })),
    policies: record(
      Object.entries(policies).map(([name, { ack }]) => [
        name,
        { ack: { lease: ack.lease, remindBefore: ack.remind_before } },
      ]),
    ),
  };
}

/** A record without a prototype: it is looked up with names from outside, and `constructor` must not be found in it. */
export function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const found = Object.fromEntries(entries);
  Object.setPrototypeOf(found, null);
  return found;
}
