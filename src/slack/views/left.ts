/** What actions have left changed: a line each, on the card of the incident and in the form that closes it. */
import type { RichTextElement } from '@slack/types';
import type { Run } from '../../action/run.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Silence } from '../../incident/monitor.ts';
import { doneOf, shortTarget } from './orders.ts';
import { person, said, time, words } from './rich.ts';

/** Lines that are shown. */
const most = 8;

/** Runs whose change is still there, oldest first. */
const staying = ({ runs }: Incident): readonly Run[] =>
  Object.values(runs).filter(({ left }) => left?.is === 'changed' || left?.is === 'kept');

/** The lines: `Changed: checkout scaled to 6 (run 12-1)`, and what to do before the incident can be closed. */
export function leftOf(incident: Incident): RichTextElement[][] {
  const runs = staying(incident);
  const undecided = runs.some(({ left }) => left?.is === 'changed');
  return [
    ...runs.slice(0, most).map(lineOf),
    ...(runs.length > most ? [[words(`and ${runs.length - most} more`)]] : []),
    ...incident.silences.slice(0, most).map(silenced),
    ...(undecided && incident.human.is !== 'closed'
      ? [[words('It can be closed once each change is reverted or kept, on the card of its action.')]]
      : []),
  ];
}

/** A silence is lifted with the incident; until then everybody should know of it. */
function silenced({ by, ending, matchers, until }: Silence): RichTextElement[] {
  const what = said(ending ? `Silence being lifted: ${matchers}` : `Silenced: ${matchers}`, 300);
  return [words('🔕 '), what, words(', for '), person(by), words(' until '), time(until)];
}

function lineOf({ id, order, target, left }: Run): RichTextElement[] {
  const what = said(`Changed: ${shortTarget(target)} ${doneOf(order)} (run ${id})`, 400);
  if (left?.is !== 'kept') return [words('⚠️ '), what];
  return [
    words('📌 '),
    what,
    words(', kept by '),
    person(left.owner),
    words(' until '),
    time(left.until, '{date_short}'),
  ];
}
