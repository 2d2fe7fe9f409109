/** Pages of lists, the classic way: `limit`, `offset`, `more`. */

import { invalid, result, type Answer } from './answer.ts';

/** The parameters that every list takes. */
export const pageParameters = ['limit', 'offset', 'total'] as const;

function numberIn(query: URLSearchParams, name: string, usual: number): number | null {
  const given = query.get(name);
  if (given === null) return usual;
  return /^\d+$/.test(given) ? Number(given) : null;
}

/** One page of a list under its name, or a refusal: nothing beyond 10,000 can be had. */
export function page<Item>(
  query: URLSearchParams,
  name: string,
  items: readonly Item[],
  show: (item: Item) => unknown,
): Answer {
  const asked = numberIn(query, 'limit', 25);
  const offset = numberIn(query, 'offset', 0);
  if (asked === null || asked === 0) return invalid('Limit must be a positive number.');
  if (offset === null) return invalid('Offset must be a positive number.');
  const limit = Math.min(asked, 100);
  if (limit + offset > 10_000) return invalid('Offset and limit must not exceed 10000 together.');
  const total = query.get('total') === 'true' ? items.length : null;
  const shown = items.slice(offset, offset + limit).map(show);
  return result({ [name]: shown, limit, offset, total, more: offset + limit < items.length });
}
