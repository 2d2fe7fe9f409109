/** Closing a draft: the ladder hears of it, the version rises, and the effects follow from what the timeline will say. */
import { stays } from '../action/ledger.ts';
import { leftChanged } from '../action/run.ts';
import type { Decision, Draft } from './draft.ts';
import type { Effect } from './effect.ts';
import { isRefusal } from './event.ts';
import type { Line, Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import type { Incident, Instant } from './incident.ts';
import { phaseOf } from './incident.ts';
import { climb } from './ladder.ts';
import { liftWhenOver } from './lifting.ts';
import { notesOf } from './notes.ts';
import { tellPager } from './tell-pager.ts';

/** Closes a draft, or hands a refusal on. */
export const decideOr = (incident: Incident, draft: Draft | Refusal, at: Instant, facts: Facts): Decision | Refusal =>
  isRefusal(draft) ? draft : decide(incident, draft, at, facts);

/** Closes a draft: bumps the version, moves the ladder, and derives the effects from what the timeline will say. */
export function decide(before: Incident, given: Draft, at: Instant, facts: Facts): Decision {
  const draft = liftWhenOver(tellPager(climb(before, given, at, facts), facts));
  if (draft.lines.length === 0) return { incident: before, lines: [], effects: [] };
  const incident: Incident = { ...draft.incident, version: before.version + 1 };
  // Whoever is called must be in the channel by then.
  const said = draft.asks.filter(({ type }) => type === 'slack.call' || type === 'slack.note');
  const effects: Effect[] = draft.asks.filter((effect) => !said.includes(effect));
  const headline = phaseOf(before) !== phaseOf(incident) || draft.lines.some((line) => !quiet.has(line.type));
  if (headline) effects.push({ type: 'slack.announcement' }, { type: 'slack.channel' });
  // What is left changed takes away the button that closes, and the announcement has one, too.
  else if (isLeft(before) !== isLeft(incident)) effects.push({ type: 'slack.announcement' });
  effects.push({ type: 'slack.card' });
  for (const run of runsToDraw(incident, draft.lines)) effects.push({ type: 'slack.action', run });
  if (incident.walk !== null && draft.lines.some((line) => walked.has(line.type)))
    effects.push({ type: 'slack.runbook' });
  const opens = draft.lines.some((line) => line.type === 'Opened');
  if (!opens && draft.lines.some((line) => line.type === 'AlertsChanged')) effects.push({ type: 'slack.thread' });
  const led = draft.lines.some((line) => line.type === 'CommandTaken' || line.type === 'HandoffAccepted');
  // Taking command acknowledges as well; one line about it is enough.
  for (const line of draft.lines) if (!(led && line.type === 'Acknowledged')) effects.push(...notesOf(line));
  effects.push(...said);
  for (const { at: due, wake } of draft.wakes) effects.push({ type: 'clock.wake', at: due, wake });
  return { incident, lines: draft.lines, effects };
}

/** Runs that the lines tell of; and, where one begins or ends, those that may be undone or helped beside it, or no more. */
function runsToDraw({ runs }: Incident, lines: readonly Line[]): ReadonlySet<string> {
  const told = lines.flatMap((line) => (acted.has(line.type) && 'run' in line ? [line] : []));
  const moved = new Set(told.flatMap(({ type, run }) => (type === 'RolloutMoved' ? [] : (runs[run]?.target ?? []))));
  const beside = Object.values(runs).filter(
    (run) => moved.has(run.target) && (stays(run) || (run.stand.is === 'ended' && run.stand.stuck !== null)),
  );
  return new Set([...told.map(({ run }) => run), ...beside.map(({ id }) => id)]);
}

const isLeft = ({ runs }: Incident): boolean => leftChanged(runs).length > 0;

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
  'WatchResumed',
  'TargetFreed',
  'ChangeLost',
]);

/** Lines that change counters only: they edit the card and go to its thread. */
const quiet = new Set<Line['type']>([
  ...acted,
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
  'LadderMoved',
  'PageSent',
  'PageConfirmed',
  'PageDelayed',
  'PagerTold',
  'WasDown',
  'RunbookEnded',
  'DiagnosisAsked',
  'Diagnosed',
  'AlertsMuted',
  'AlertsUnmuted',
  'AlertsSeen',
  'SilenceNoticed',
  'SignalLost',
  'SilenceAsked',
  'AlertsSilenced',
  'SilenceRefused',
  'SilenceProlonged',
  'SilenceExtended',
  'SilenceEnded',
  'HeartbeatMissed',
  'HeartbeatReturned',
  'EmergencyPaged',
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
