/** A page with the brief for whoever is woken among its details. */
import { writeBrief } from '../incident/brief.ts';
import type { PageText } from '../incident/pager.ts';

/** A page with its brief among the details, where it has one. */
export function withBrief<P extends PageText>(page: P): P {
  if (page.brief === undefined) return page;
  return { ...page, details: { ...page.details, brief: writeBrief(page.brief, mostOfBrief) } };
}

/** Nobody reads more than this at three in the morning. */
const mostOfBrief = 6_000;
