/** A page that PagerDuty did not take in is tried there again, ever less often, for as long as somebody must be called. */
import { loudFrom } from '../escalation/calendar.ts';
import { oldest } from '../escalation/call.ts';
import { ask, change } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Duration, Incident, Instant } from './incident.ts';
import { textOf } from './page-text.ts';
import type { Page, PagerEffect } from './pager.ts';

/** The first pause where the policy waits for no proof, and the longest one. */
const usual: Duration = 2 * 60_000;
const longest: Duration = 15 * 60_000;

/** What late tries of a page are called. */
const lateId = ({ id }: Page): string => `${id}-0`;

/** Whether an outcome is of a late try. */
export const isLate = (page: Page, id: string): boolean => id === lateId(page);

/** Why a late try is not needed, although somebody must be called; null while it is. */
export function overtaken({ pager }: Incident, page: Page): string | null {
  if (pager.pages.findLast(({ byPager }) => byPager)?.id !== page.id) return 'Others were called since.';
  return pager.incident !== null && !page.again ? 'PagerDuty has an incident of it.' : null;
}

/** When a page that failed is tried again: after as long as it has failed, in no quiet time; null when it is too old. */
export function againAt({ policy, severity }: Incident, page: Page, at: Instant, facts: Facts): Instant | null {
  if (page.keys.length === 0 || at - page.at > oldest) return null;
  const due = at + Math.min(Math.max(at - page.at, policy.confirm ?? usual), longest);
  const byPerson = page.why === 'asked' || page.why === 'by name';
  return byPerson ? due : loudFrom(facts.calendarOf(policy, severity), due);
}

/** Asks for a late try; null asks for none. */
export function tryAgain(draft: Draft, page: Page, late: Instant | null): Draft {
  const { pager } = draft.incident;
  const { again, keys } = page;
  if (late === null) return draft;
  const text = textOf(draft.incident, page, '');
  const { dedupKey } = pager;
  return ask(draft, { type: 'pagerduty.trigger', page: lateId(page), dedupKey, keys, again, late, url: null, ...text });
}

/** An effect as it must be performed now: a late try tells what was tried in the meantime. */
export function upToDate(effect: PagerEffect, incident: Incident): PagerEffect {
  if (effect.type !== 'pagerduty.trigger' || effect.late === undefined) return effect;
  const page = incident.pager.pages.find((known) => isLate(known, effect.page));
  return page === undefined ? effect : { ...effect, ...textOf(incident, page, '') };
}

/** A late try failed: it is not the last one. */
export function stillFailing(draft: Draft, page: Page, at: Instant, says: string, facts: Facts): Draft {
  if (overtaken(draft.incident, page) !== null) return draft;
  const again = againAt(draft.incident, page, at, facts);
  const said = change(draft, {}, { type: 'PageDelayed', at, page: page.id, says, again });
  return tryAgain(said, page, again);
}
