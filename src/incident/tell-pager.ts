/** What PagerDuty must hear of an incident: that somebody has it, what was done, and that it is over. */
import { briefOf, writeBrief } from './brief.ts';
import { ask, change } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Line } from './event.ts';
import { sentence } from './timeline.ts';

/** So many notes an episode sends: a runbook that goes round in circles must not write a book there. */
const mostNotes = 30;

/** The brief that goes with a handoff. */
const mostOfBrief = 6_000;

/** Adds what follows for PagerDuty from what the timeline will say; what was done there is not told back. */
export function tellPager(draft: Draft): Draft {
  const { keys, dedupKey } = draft.incident.pager;
  if (keys.length === 0) return draft;
  const held = draft.lines.some((line) => line.type === 'Acknowledged' && line.where === undefined);
  const over = draft.lines.some(({ type }) => type === 'Resolved' || type === 'Closed');
  const type = over ? 'pagerduty.resolve' : held ? 'pagerduty.acknowledge' : null;
  const settled = type === null ? draft : ask(draft, { type, keys, dedupKey });
  // What is over takes no more notes; and a page that goes out now says all of it in its brief.
  const told = over || draft.asks.some((effect) => effect.type === 'pagerduty.trigger');
  return told ? settled : noted(settled);
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
