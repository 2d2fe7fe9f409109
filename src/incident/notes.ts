/** Where lines are said: changes of state in the channel; the announcement's thread hears of severity, mitigation and the end. */
import type { Effect } from './effect.ts';
import type { Line } from './event.ts';
import type { Person } from './incident.ts';
import { sentence } from './timeline.ts';

type Saying = 'nowhere' | 'in the channel' | 'in both' | 'in both, loudly';

/** Every kind of line has its place; what the cards show already is said nowhere. */
const places: Readonly<Record<Line['type'], Saying>> = {
  Opened: 'nowhere',
  AlertsChanged: 'nowhere',
  GroupJoined: 'nowhere',
  AlertsTruncated: 'nowhere',
  LateCopySeen: 'nowhere',
  SeverityRose: 'in both, loudly',
  Cleared: 'in both, loudly',
  FiredAgain: 'in the channel',
  Flapped: 'in the channel',
  Resolved: 'in both, loudly',
  Reopened: 'in both, loudly',
  Acknowledged: 'in both',
  LeaseEnding: 'in the channel',
  AcknowledgementFell: 'in the channel',
  CommandTaken: 'in the channel',
  Closed: 'in both, loudly',
  EffectGivenUp: 'nowhere',
  RunbookChosen: 'nowhere',
  StepBegun: 'nowhere',
  CheckAnswered: 'nowhere',
  AskedAgain: 'nowhere',
  ProofBegun: 'nowhere',
  StepFailed: 'in the channel',
  StepEnded: 'nowhere',
  StepAssigned: 'in the channel',
  StepWaits: 'in the channel',
  PageAsked: 'in the channel',
  RunbookEntered: 'nowhere',
  RunbookEnded: 'nowhere',
  LevelsCalled: 'nowhere',
  LadderMoved: 'nowhere',
  LadderExhausted: 'in both, loudly',
  WasDown: 'nowhere',
  Offered: 'in the channel',
  PageSent: 'nowhere',
  PageConfirmed: 'nowhere',
  PageFailed: 'in both, loudly',
  PageDelayed: 'nowhere',
  PagerJoined: 'in the channel',
  PagerTold: 'in the channel',
  PeoplePaged: 'in the channel',
  LevelAsked: 'in the channel',
  HandoffOffered: 'nowhere',
  HandoffAccepted: 'in the channel',
  Snoozed: 'in the channel',
  ActionAsked: 'nowhere',
  PlanMade: 'nowhere',
  ActionApproved: 'nowhere',
  ActionBegun: 'nowhere',
  ActionLanded: 'nowhere',
  RolloutMoved: 'nowhere',
  RunEnded: 'nowhere',
  ChangeKept: 'in the channel',
  KeepEnded: 'in the channel',
  WatchResumed: 'nowhere',
  TargetFreed: 'in the channel',
  ChangeLost: 'in the channel',
  DeedRefused: 'nowhere',
  RefusalsNoticed: 'in both',
  DiagnosisAsked: 'nowhere',
  Diagnosed: 'in the channel',
  AlertsMuted: 'in the channel',
  AlertsUnmuted: 'in the channel',
  AlertsSeen: 'nowhere',
  SilenceNoticed: 'in the channel',
  SignalLost: 'in the channel',
  SilenceAsked: 'nowhere',
  AlertsSilenced: 'in the channel',
  SilenceRefused: 'in the channel',
  SilenceProlonged: 'nowhere',
  SilenceExtended: 'in the channel',
  SilenceEnded: 'in the channel',
  HeartbeatMissed: 'in both, loudly',
  HeartbeatReturned: 'nowhere',
  EmergencyPaged: 'in the channel',
};

/** The notes that a line asks for. */
export function notesOf(line: Line): Effect[] {
  const note = (to: 'channel' | 'announcement', broadcast: boolean): Effect => {
    return { type: 'slack.note', to, text: sentence(line), broadcast, mention: calledBy(line) };
  };
  switch (placeOf(line)) {
    case 'nowhere':
      return [];
    case 'in the channel':
      return [note('channel', false)];
    case 'in both':
      return [note('channel', false), note('announcement', false)];
    case 'in both, loudly':
      return [note('channel', false), note('announcement', true)];
  }
}

function placeOf(line: Line): Saying {
  // An acknowledgement that ended with its incident needs no words; a broken glass needs all there are.
  if (line.type === 'PageFailed' && !line.needed) return 'nowhere';
  // What Vigie silenced or lifted itself was said already.
  if (line.type === 'AlertsMuted' && line.ours && !line.all) return 'nowhere';
  if (line.type === 'AcknowledgementFell' && line.why === 'incident over') return 'nowhere';
  if (line.type === 'ActionAsked' && line.breakGlass !== null) return 'in both, loudly';
  return places[line.type];
}

/** Who is called by name. */
function calledBy(line: Line): Person | null {
  switch (line.type) {
    case 'LeaseEnding':
      return line.by;
    case 'Offered':
      return line.to;
    case 'StepAssigned':
    case 'StepWaits':
    case 'TargetFreed':
    case 'ChangeLost':
    case 'RefusalsNoticed':
      return line.to;
    case 'KeepEnded':
      return line.owner;
    default:
      return null;
  }
}
