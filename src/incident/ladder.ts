/** The ladder: what happens to an incident, as its policy hears of it. It runs while nobody holds the incident, and rests when it is over. */
import { automationFor } from '../escalation/automation.ts';
import type { Call } from '../escalation/call.ts';
import { noProgress, stepAfter } from '../escalation/climb.ts';
import type { Climb, Setting, Step } from '../escalation/climb.ts';
import { climbOn } from '../escalation/move.ts';
import type { ClimbEvent } from '../escalation/move.ts';
import { callLevels } from './call-levels.ts';
import { change, wakeAt } from './draft.ts';
import type { Draft, LadderNews } from './draft.ts';
import type { Facts } from './facts.ts';
import { phaseOf, vigie } from './incident.ts';
import type { Incident, Instant } from './incident.ts';

/** Whether an incident climbs by itself: planned work and information wait for somebody who asks. */
const climbs = ({ kind, severity }: Incident): boolean => kind !== 'checklist' && severity !== 'info';

/** What comes next if nobody does anything, and when; null for nothing. */
export function comingOf({
  ladder,
  ladderDue,
  policy,
}: Incident): { readonly at: Instant; readonly step: Step } | null {
  const step = ladder.is === 'running' ? stepAfter(ladder, { policy }) : null;
  return step === null || ladderDue === null ? null : { at: ladderDue, step };
}

const settingOf = (incident: Incident, facts: Facts): Setting => ({
  policy: incident.policy,
  severity: incident.severity,
  calendar: facts.calendarOf(incident.policy, incident.severity),
  automated: automationFor(incident, facts).is,
});

/** Tells the ladder what the draft did, and puts whom it calls into the draft. `before` is the incident as it was recorded. */
export function climb(before: Incident, draft: Draft, at: Instant, facts: Facts): Draft {
  const events = eventsOf(before, draft, at, facts);
  const asked = draft.news.filter((news) => news.type === 'Asked');
  let ladder = reopened(draft) && isHeld(draft.incident) ? waiting : before.ladder;
  if (events.length + asked.length === 0 && ladder === before.ladder) return draft;
  const setting = settingOf(draft.incident, facts);
  const names = facts.names ?? new Map<string, string>();
  let due = before.ladderDue;
  let calling = draft;
  let exhausted = false;
  const take = (event: ClimbEvent, from: Climb): Call | null => {
    const after = climbOn(from, event, setting);
    ({ climb: ladder, next: due } = after);
    exhausted ||= after.exhausted;
    return after.call;
  };
  for (const event of events) {
    const call = take(event, ladder);
    if (call !== null) calling = callLevels(calling, call, { at, visit: null, note: '', names }, setting.automated);
  }
  for (const { level, visit, note } of asked) {
    const rests = ladder.is === 'idle';
    const call = take({ type: 'Asked', at, level }, rests ? waiting : ladder);
    if (call !== null) calling = callLevels(calling, call, { at, visit, note, names }, setting.automated);
    if (rests) [ladder, due] = [{ is: 'idle' }, null];
  }
  return settled(before, calling, { ladder, due, exhausted }, at);
}

/** Nobody was called, and nothing will be by itself. */
const waiting: Climb = { is: 'held', elapsed: 0, exhausted: false, ...noProgress };

/** Somebody still has what fires again. */
const isHeld = (incident: Incident): boolean => climbs(incident) && phaseOf(incident) === 'acknowledged';

const reopened = ({ lines }: Draft): boolean => lines.some(({ type }) => type === 'Reopened');

interface After {
  readonly ladder: Climb;
  readonly due: Instant | null;
  readonly exhausted: boolean;
}

/** The draft with the ladder as it is now, its timer, and what is to be said of it. */
function settled(before: Incident, draft: Draft, { ladder, due, exhausted }: After, at: Instant): Draft {
  if (ladder === before.ladder && due === before.ladderDue) return draft;
  const moved = change(draft, { ladder, ladderDue: due });
  const { policy } = draft.incident;
  const ended = exhausted ? change(moved, {}, { type: 'LadderExhausted', at, policy: policy.name }) : moved;
  const said = ended.lines.length === 0 ? change(ended, {}, { type: 'LadderMoved', at, next: due }) : ended;
  const timed = due === null || due === before.ladderDue ? said : wakeAt(said, due, { type: 'LadderDue', due });
  const { lastHeld } = draft.incident;
  const offered = reopened(draft) && ladder.is === 'running' && ladder.since > at;
  if (!offered || lastHeld === null) return timed;
  return change(timed, {}, { type: 'Offered', at, to: lastHeld.by, until: ladder.since });
}

/** What the policy hears, in its order; a level that somebody asks for comes after all of it. */
function eventsOf(before: Incident, draft: Draft, at: Instant, facts: Facts): readonly ClimbEvent[] {
  const { incident, lines, news } = draft;
  const { ladder } = before;
  const phase = phaseOf(incident);
  if (phase === 'resolved' || phase === 'closed') return ladder.is === 'idle' ? [] : [{ type: 'Ended', at }];
  if (!climbs(incident)) return [];
  const down = news.find((one) => one.type === 'WasDown');
  const rose = lines.some(({ type }) => type === 'SeverityRose') && ladder.is !== 'idle' && !reopened(draft);
  const events: ClimbEvent[] = [
    ...(down === undefined ? [] : [{ type: 'WasDown', at, from: down.from } as const]),
    ...(rose ? [{ type: 'SeverityRose', at, before: settingOf(before, facts) } as const] : []),
  ];
  if (phase !== 'triggered') {
    const runs = ladder.is === 'running' || ladder.is === 'exhausted';
    return runs ? [...events, { type: 'Held', at }] : events;
  }
  if (reopened(draft)) events.push({ type: 'Reopened', at, acknowledgedAt: incident.lastHeld?.at ?? null });
  else if (ladder.is === 'idle') events.push({ type: 'Started', at });
  else if (ladder.is === 'held') events.push({ type: 'Freed', at, why: whyFreed(draft) });
  return [...events, ...automationOf(draft, at), ...plainOf(news, at)];
}

const plainOf = (news: readonly LadderNews[], at: Instant): readonly ClimbEvent[] =>
  news.flatMap(({ type }) => (type === 'Due' || type === 'Heard' ? [{ type, at }] : []));

function whyFreed({ lines }: Draft): 'signal' | 'lease' | 'severity' {
  const fell = lines.find((line) => line.type === 'AcknowledgementFell');
  if (fell === undefined) return 'signal';
  return fell.why === 'severity rose' ? 'severity' : 'lease';
}

/** What became of what Vigie does by itself. A failure that leads to another attempt of its own is none yet. */
function automationOf({ incident, lines }: Draft, at: Instant): readonly ClimbEvent[] {
  const own = (run: string): boolean => incident.runs[run]?.by.id === vigie.id;
  const acted = lines.some((line) => line.type === 'ActionLanded' && own(line.run));
  const helped = lines.some(
    (line) => line.type === 'StepEnded' && line.kind === 'action' && line.by.id === vigie.id && line.result === 'done',
  );
  const failed = lines.some((line) => {
    if (line.type === 'RunEnded') return own(line.run) && line.outcome !== 'succeeded';
    if (line.type === 'StepFailed') return line.by.id === vigie.id;
    return line.type === 'StepEnded' && line.kind === 'action' && line.by.id === vigie.id && line.result === 'failed';
  });
  if (failed && !isActing(incident)) return [{ type: 'AutomationFailed', at }];
  return [
    ...(acted ? [{ type: 'AutomationActed', at } as const] : []),
    ...(helped && proves(incident) ? [{ type: 'AutomationHelped', at } as const] : []),
  ];
}

/** Whether Vigie is doing something by itself at the step at hand. */
function isActing({ runs, walk }: Incident): boolean {
  const stand = walk?.cursor?.stand;
  const proving = stand?.is === 'verifying' && stand.by.id === vigie.id;
  const under = Object.values(runs).some((run) => run.by.id === vigie.id && run.stand.is !== 'ended');
  return proving || under;
}

/** An action that nothing proves has helped nobody yet. */
function proves({ walk }: Incident): boolean {
  const last = walk?.past.at(-1);
  if (walk === null || last === undefined) return false;
  const step = walk.runbook.books[last.runbook]?.steps.find(({ id }) => id === last.step);
  return step?.verify !== null && step?.verify !== undefined;
}
