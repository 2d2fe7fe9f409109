/** What PagerDuty must hear of an incident: that somebody has it, and that it is over. */
import { ask } from './draft.ts';
import type { Draft } from './draft.ts';

/** Adds what follows for PagerDuty from what the timeline will say; what was done there is not told back. */
export function tellPager(draft: Draft): Draft {
  const { keys, dedupKey } = draft.incident.pager;
  if (keys.length === 0) return draft;
  const held = draft.lines.some((line) => line.type === 'Acknowledged' && line.where === undefined);
  const over = draft.lines.some(({ type }) => type === 'Resolved' || type === 'Closed');
  const type = over ? 'pagerduty.resolve' : held ? 'pagerduty.acknowledge' : null;
  return type === null ? draft : keys.reduce((told, routing) => ask(told, { type, routing, dedupKey }), draft);
}
