/** An incident being changed: the stages of a transition hand a draft along, and the last one turns it into a decision. */
import type { Effect } from './effect.ts';
import { isRefusal } from './event.ts';
import type { Line, Refusal, Wake } from './event.ts';
import type { Incident, Instant } from './incident.ts';
import { ladderAfter } from './ladder.ts';
import { notesOf } from './notes.ts';

/** An incident on its way from one recorded state to the next. */
export interface Draft {
  readonly incident: Incident;
  readonly lines: readonly Line[];
  readonly wakes: readonly { readonly at: Instant; readonly wake: Wake }[];
  /** What is asked of a neighbour. */
  readonly asks: readonly Effect[];
}

/** What an accepted event changes: the next state, what the timeline keeps, and what must follow. */
export interface Decision {
  readonly incident: Incident;
  /** Empty when nothing changed; then there are no effects either. */
  readonly lines: readonly Line[];
  readonly effects: readonly Effect[];
}

/** A draft of nothing changed yet. */
export const draftOf = (incident: Incident): Draft => ({ incident, lines: [], wakes: [], asks: [] });

/** Changes the incident and says so in the timeline. */
export const change = (draft: Draft, patch: Partial<Incident>, ...lines: readonly Line[]): Draft => ({
  ...draft,
  incident: { ...draft.incident, ...patch },
  lines: [...draft.lines, ...lines],
});

/** Asks to be woken. */
export const wakeAt = (draft: Draft, at: Instant, wake: Wake): Draft => ({
  ...draft,
  wakes: [...draft.wakes, { at, wake }],
});

/** Asks something of a neighbour. */
export const ask = (draft: Draft, effect: Effect): Draft => ({ ...draft, asks: [...draft.asks, effect] });

/** Closes a draft, or hands a refusal on. */
export const decideOr = (incident: Incident, draft: Draft | Refusal, at: Instant): Decision | Refusal =>
  isRefusal(draft) ? draft : decide(incident, draft, at);

/** Closes a draft: bumps the version, moves the ladder, and derives the effects from what the timeline will say. */
export function decide(before: Incident, draft: Draft, at: Instant): Decision {
  if (draft.lines.length === 0) return { incident: before, lines: [], effects: [] };
  const incident: Incident = {
    ...draft.incident,
    version: before.version + 1,
    ladder: ladderAfter(draft.incident, at),
  };
  const effects: Effect[] = [...draft.asks];
  const headline = draft.lines.some((line) => !quiet.has(line.type));
  if (headline) effects.push({ type: 'slack.announcement' }, { type: 'slack.channel' });
  effects.push({ type: 'slack.card' });
  for (const run of new Set(draft.lines.flatMap((line) => (acted.has(line.type) && 'run' in line ? [line.run] : []))))
    effects.push({ type: 'slack.action', run });
  if (incident.walk !== null && draft.lines.some((line) => walked.has(line.type)))
    effects.push({ type: 'slack.runbook' });
  const opens = draft.lines.some((line) => line.type === 'Opened');
  if (!opens && draft.lines.some((line) => line.type === 'AlertsChanged')) effects.push({ type: 'slack.thread' });
  const led = draft.lines.some((line) => line.type === 'CommandTaken');
  // Taking command acknowledges as well; one line about it is enough.
  for (const line of draft.lines) if (!(led && line.type === 'Acknowledged')) effects.push(...notesOf(line));
  for (const { at: due, wake } of draft.wakes) effects.push({ type: 'clock.wake', at: due, wake });
  return { incident, lines: draft.lines, effects };
}

/** Lines that change counters only: they edit the card and go to its thread. */
const quiet = new Set<Line['type']>([
  'AlertsChanged',
  'GroupJoined',
  'AlertsTruncated',
  'LateCopySeen',
  'EffectGivenUp',
  'LeaseEnding',
  'StepBegun',
  'CheckAnswered',
  'AskedAgain',
  'RunbookEntered',
  'ProofBegun',
  'StepFailed',
  'StepEnded',
  'StepAssigned',
  'StepWaits',
  'PageAsked',
  'RunbookEnded',
  'ActionAsked',
  'PlanMade',
  'ActionApproved',
  'ActionBegun',
  'ActionLanded',
  'RolloutMoved',
  'RunEnded',
  'ChangeKept',
  'KeepEnded',
]);

/** Lines after which the card of an action is drawn again. */
const acted = new Set<Line['type']>([
  'ActionAsked',
  'PlanMade',
  'ActionApproved',
  'ActionBegun',
  'ActionLanded',
  'RolloutMoved',
  'RunEnded',
  'ChangeKept',
  'KeepEnded',
]);

/** Lines after which the runbook card is drawn again. */
const walked = new Set<Line['type']>([
  'RunbookChosen',
  'StepBegun',
  'CheckAnswered',
  'ProofBegun',
  'StepFailed',
  'StepEnded',
  'StepAssigned',
  'PageAsked',
  'RunbookEnded',
  'Resolved',
  'Reopened',
  'Closed',
]);
