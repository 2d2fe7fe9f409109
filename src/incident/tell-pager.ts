/** What PagerDuty must hear of an incident: that somebody has it, what was done, and that it is over. */
import { briefOf, writeBrief } from './brief.ts';
import { ask, change } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Line } from './event.ts';
import type { Facts } from './facts.ts';
import { sentence } from './timeline.ts';

/** So many notes an episode sends: a runbook that goes round in circles must not write a book there. */
const mostNotes = 30;

/** The brief that goes with a handoff. */
const mostOfBrief = 6_000;

/** Adds what follows for PagerDuty from what the timeline will say; what was done there is not told back. */
export function tellPager(draft: Draft, { able }: Pick<Facts, 'able'>): Draft {
  const { keys, dedupKey } = draft.incident.pager;
  if (keys.length === 0) return draft;
  const held = draft.lines.some((line) => line.type === 'Acknowledged' && line.where === undefined);
  const over = draft.lines.some(({ type }) => type === 'Resolved' || type === 'Closed');
  const type = over ? 'pagerduty.resolve' : held ? 'pagerduty.acknowledge' : null;
  const settled = type === null ? draft : ask(draft, { type, keys, dedupKey });
  // What is over takes nothing more; and a page that goes out now says all of it in its brief.
  if (over) return settled;
  const told = draft.asks.some((effect) => effect.type === 'pagerduty.trigger') ? settled : noted(settled);
  return prioritised(told, able);
}

/** Gives PagerDuty's incident the priority of the severity, as soon as it is known, and whenever that rises. */
function prioritised(draft: Draft, able: Facts['able']): Draft {
  const { pager, severity } = draft.incident;
  const priority = able.prioritise?.[severity];
  const isNews = draft.lines.some(({ type }) => type === 'PageConfirmed' || type === 'SeverityRose');
  if (!isNews || priority === undefined || pager.incident === null) return draft;
  return ask(draft, { type: 'pagerduty.priority', dedupKey: pager.dedupKey, priority });
}

/** Keeps the brief of its pages up to date by notes. */
function noted(draft: Draft): Draft {
  return draft.lines.filter(isWorthNoting).reduce<Draft>((told, line) => {
    const { pager } = told.incident;
    if (pager.notes >= mostNotes) return told;
    const handed = line.type === 'HandoffAccepted' || line.type === 'CommandTaken';
    const last = pager.notes + 1 === mostNotes ? '\nMore is not written here; look at the incident in Slack.' : '';
    const brief = handed ? `\n${writeBrief(briefOf(told.incident), mostOfBrief)}` : '';
    const text = `${sentence(line)}${brief}${last}`;
    const { dedupKey, incident } = pager;
    return ask(change(told, { pager: { ...pager, notes: pager.notes + 1 } }), {
      ...{ type: 'pagerduty.note', dedupKey, incident, text },
    });
  }, draft);
}

/** Finished steps, ended actions, and who leads now. */
const isWorthNoting = (line: Line): boolean =>
  (line.type === 'StepEnded' && line.kind !== 'wait' && line.kind !== 'escalate') ||
  line.type === 'RunEnded' ||
  line.type === 'HandoffAccepted' ||
  (line.type === 'CommandTaken' && line.from !== null);
