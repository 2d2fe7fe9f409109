/** What must hold of checklists: each due time opened one incident, and the next one is set. */
import type { Violation } from './check-record.ts';
import type { Observation } from './observe.ts';
import { checklist } from './runbooks.ts';

const minute = 60_000;

/** A checklist that fell due while nobody ran is opened late, and times that passed meanwhile are left out. */
export function checklists({ incidents, outbox }: Observation): Violation[] {
  const rule = 'one incident a due time';
  const opened = incidents
    .filter(({ incident }) => incident.kind === 'checklist')
    .map(({ incident, timeline }) => {
      const due = Number(new RegExp(`^effect:checklist-${checklist}-(\\d+)$`).exec(timeline[0]?.cause ?? '')?.[1]);
      return { due, at: incident.openedAt, number: incident.number };
    })
    .toSorted((a, b) => a.due - b.due);
  const timers = outbox.flatMap(({ effect, settled, outcome }) => {
    if (effect.type !== 'clock.wake' || effect.wake.type !== 'ChecklistDue') return [];
    return [{ due: effect.wake.due, settled, outcome }];
  });
  const found: Violation[] = [];
  for (const [index, { due, at, number: incident }] of opened.entries()) {
    const before = opened[index - 1];
    const wanted = before === undefined ? due : nextMinute(before.at);
    if (!timers.some((timer) => timer.settled && timer.due === due))
      found.push({ rule, says: `it was due at ${due}, and no timer says so`, incident });
    else if (due !== wanted || at < due)
      found.push({ rule, says: `it was due at ${due}, opened at ${at}; next was ${wanted}`, incident });
  }
  for (const { due, outcome } of timers.filter(({ settled }) => settled)) {
    const of = opened.filter((each) => each.due === due).length;
    if (of !== 1) found.push({ rule, says: `the timer of ${due} is ${outcome}, and ${of} incidents were opened` });
  }
  const pending = timers.filter(({ settled }) => !settled).map(({ due }) => due);
  const last = opened.at(-1);
  if (pending.length !== 1 || (last !== undefined && pending[0] !== nextMinute(last.at)))
    found.push({ rule, says: `the next is due at ${pending.join(', ') || 'no time'}` });
  return found;
}

const nextMinute = (at: number): number => (Math.floor(at / minute) + 1) * minute;
