/** Finds what no correct app ever does, for tests to assert at their end. */

import type { World } from '../world.ts';

/** Keys that occur more than once. */
function repeated(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}

/**
 * Everything found, one line each: requests that were the app's own mistake, fields and query parameters that PagerDuty
 * silently ignores, the same note or the same call for help twice, webhooks that were answered wrongly.
 */
export function findFaults(world: World): readonly string[] {
  const refused = world.calls.flatMap(({ method, path, status, own, reasons }) =>
    own ? [`${method} ${path} was answered with ${status}: ${reasons.join('; ')}`] : [],
  );
  const notes = world.incidents.flatMap(({ number, notes: all }) =>
    repeated(all.map(({ content }) => content)).map((text) => `#${number} has the same note twice: ${text}`),
  );
  const asked = world.incidents.flatMap(({ number, responders }) =>
    repeated(responders.map(({ user, message }) => `${user}: ${message}`)).map(
      (text) => `#${number} asks for the same help twice: ${text}`,
    ),
  );
  return [...refused, ...notes, ...asked, ...world.complaints];
}
