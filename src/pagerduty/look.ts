/** A look at PagerDuty's incident, for where its webhooks do not come: what differs from what we know, as its webhook would tell. */
import type { Instant } from '../incident/incident.ts';
import type { PagerReport } from '../incident/pager.ts';
import type { PagerIncident } from './answers.ts';
import { pagerDutyItself, personOfUser } from './translate.ts';

/** What a look tells; null for what changes nothing. `came` is when it was seen. */
export function reportOfLook(found: PagerIncident, came: Instant): PagerReport | null {
  const { changedBy } = found;
  const common = { at: Math.min(found.changedAt, came), incident: found.id, dedupKey: null, url: found.url };
  switch (found.status) {
    case 'triggered':
      return null;
    case 'acknowledged': {
      const [who] = found.acknowledgers;
      return who === undefined ? null : { ...common, type: 'PagerAcknowledged', by: personOfUser(who) };
    }
    case 'resolved':
      return { ...common, type: 'PagerResolved', by: changedBy === null ? pagerDutyItself : personOfUser(changedBy) };
  }
}
