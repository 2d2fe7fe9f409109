/** The rule book: what each event changes in an incident and what must follow. One switch, no input or output, time passed in. */
import { diagnosed } from '../action/diagnosing.ts';
import { ran, runGivenUp } from '../action/runs.ts';
import { wokenAtRun } from '../action/decisions.ts';
import { isSteerDeed } from '../escalation/events.ts';
import { followRun } from '../runbook/follow.ts';
import { abandoned, prove } from '../runbook/prove.ts';
import { answered, wokenAtStep } from '../runbook/steps.ts';
import { applyReports, clip, copyWindow, isOld, keepsFiring } from './alerts.ts';
import { acted } from './deeds.ts';
import { decide, decideOr } from './decide.ts';
import { change, draftOf, tell } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { AlertsReported, Event, Refusal } from './event.ts';
import { emergencyPaged } from './emergency.ts';
import { onlyTalks } from './facts.ts';
import type { Facts } from './facts.ts';
import { isOpen } from './incident.ts';
import type { Group, Incident, Instant, Person } from './incident.ts';
import type { EmergencyPaged, HeartbeatEvent, MutingEvent, SilenceOutcome } from './monitor.ts';
import { heardAgain, heartReturned, mutingTold } from './muting.ts';
import { moveSignal, raiseSeverity } from './signal.ts';
import { silenceTold } from './silencing.ts';
import type { PageOutcome, PagerReport } from './pager.ts';
import { pageEnded, pageGivenUp } from './paging.ts';
import { pagerSaid } from './pager-reports.ts';
import { woken } from './timers.ts';

/** Takes in an event: the next incident with what follows, or a refusal. The same event twice changes nothing more. */
export function transition(incident: Incident, event: Event, facts: Facts = onlyTalks): Decision | Refusal {
  if (isSteerDeed(event)) return acted(incident, event, facts);
  switch (event.type) {
    case 'AlertsReported':
      return reported(incident, event, facts);
    case 'Declared':
    case 'RunbookStarted':
    case 'ChecklistDue':
      return { refused: `Incident ${incident.number} is open already.` };
    case 'Acknowledged':
    case 'CommandTaken':
    case 'Closed':
    case 'RunbookChosen':
    case 'StepBegun':
    case 'StepDone':
    case 'StepSkipped':
    case 'StepAnswered':
    case 'StepAssigned':
    case 'StepChosen':
    case 'ActionAsked':
    case 'DiagnosisAsked':
    case 'SilenceAsked':
    case 'ActionApproved':
    case 'ActionCancelled':
    case 'ChangeKept':
      return acted(incident, event, facts);
    case 'PlanMade':
    case 'PlanRefused':
    case 'ActionLanded':
    case 'RolloutMoved':
    case 'RunEnded':
    case 'ChangeLost':
      return decideOr(incident, ran(draftOf(incident), event, facts, followRun(facts)), event.at, facts);
    case 'Diagnosed':
      return decide(incident, diagnosed(draftOf(incident), event), event.at, facts);
    case 'PlanExpired':
    case 'KeepEnded':
    case 'TargetFreed':
      return decideOr(incident, wokenAtRun(draftOf(incident), event, followRun(facts)), event.at, facts);
    case 'CheckAnswered':
      return answered(incident, event, facts);
    case 'AskAgain':
    case 'WaitEnded':
    case 'ProofEnded':
    case 'StepWaits':
      return wokenAtStep(incident, event, facts);
    case 'HoldEnded':
    case 'LeaseEnding':
    case 'LeaseEnded':
    case 'LadderDue':
      return woken(incident, event, facts);
    case 'EffectGivenUp':
      return givenUp(incident, event, facts);
    default:
      return fromMonitor(incident, event, facts);
  }
}

type FromPager = PageOutcome | PagerReport | Extract<Event, { type: 'WasDown' }>;
type FromMonitor =
  | MutingEvent
  | SilenceOutcome
  | HeartbeatEvent
  | EmergencyPaged
  | Extract<Event, { type: 'SilenceDue' }>;

/** What Alertmanager's API and the heartbeat tell, and what comes of silences. */
function fromMonitor(incident: Incident, event: FromMonitor | FromPager, facts: Facts): Decision | Refusal {
  switch (event.type) {
    case 'AlertsMuted':
    case 'AlertsUnmuted':
    case 'AlertsSeen':
    case 'SilenceNoticed':
    case 'SignalLost':
      return mutingTold(incident, event, facts);
    case 'AlertsSilenced':
    case 'SilenceRefused':
    case 'SilenceExtended':
    case 'SilenceEnded':
    case 'SilenceDue':
      return silenceTold(incident, event, facts);
    case 'HeartbeatMissed':
      return { refused: `Incident ${incident.number} is open already.` };
    case 'EmergencyPaged':
      return emergencyPaged(incident, event, facts);
    case 'HeartbeatReturned':
      return heartReturned(incident, event, facts);
    default:
      return fromPager(incident, event, facts);
  }
}

/** What comes of pages, and what happens in PagerDuty. */
function fromPager(incident: Incident, event: FromPager, facts: Facts): Decision | Refusal {
  switch (event.type) {
    case 'WasDown':
      return wasDown(incident, event, facts);
    case 'PageSent':
    case 'PageFailed':
    case 'PageConfirmed':
    case 'PageUnconfirmed':
      return pageEnded(incident, event, facts);
    default:
      return pagerSaid(incident, event, facts);
  }
}

/** Whoever performs effects has given one up; a page is tried another way. */
function givenUp(
  incident: Incident,
  event: Extract<Event, { type: 'EffectGivenUp' }>,
  facts: Facts,
): Decision | Refusal {
  const trouble = `${event.effect}: ${clip(event.why, 300)}`;
  const troubles = [...incident.troubles.filter((known) => known !== trouble), trouble].slice(-3);
  const { type, at, effect } = event;
  const why = clip(event.why, 300);
  const said = change(draftOf(incident), { troubles }, { type, at, effect, why });
  const ended = runGivenUp(said, event, why, followRun(facts));
  const left = abandoned(ended, event.visit, { at, says: trouble }, facts);
  return decide(incident, pageGivenUp(left, effect, { at, says: why }, facts), at, facts);
}

/** Opens an incident: its first decision, from an empty shell that `opening.ts` made and the line that says who opened it. */
export function opened(
  shell: Incident,
  by: Person,
  at: Instant,
  first: AlertsReported | null,
  facts: Facts,
  follow: (draft: Draft) => Draft = (draft) => draft,
): Decision {
  const says = change(draftOf(shell), {}, { type: 'Opened', at, by, title: shell.title, severity: shell.severity });
  const draft = first === null ? says : joinGroup(takeAlerts(says, first), first, shell);
  return decide(shell, follow(draft), at, facts);
}

function reported(incident: Incident, event: AlertsReported, facts: Facts): Decision {
  const taken = joinGroup(takeAlerts(draftOf(incident), event), event, incident);
  const refired = taken.lines.some(
    (line) => line.type === 'AlertsChanged' && line.fired.some(({ fingerprint }) => keeps(taken.incident, fingerprint)),
  );
  const news = isOpen(incident) || refired;
  const signalled = moveSignal(heardAgain(taken, event), event.at, refired);
  const risen = news ? raiseSeverity(signalled, event.at, facts) : signalled;
  const { is } = risen.incident.signal;
  const cleared = is === 'clear' || is === 'clearing';
  const says = { at: event.at, says: 'The alerts cleared.' };
  const heard = event.alerts.some(({ status, severity }) => status === 'firing' && severity !== 'info');
  const told = heard ? tell(risen, { type: 'Heard' }) : risen;
  return decide(incident, cleared ? prove(told, 'alerts', says, facts) : told, event.at, facts);
}

/** Nobody ran Vigie for a while: what was missed makes one call, and the time does not count. */
function wasDown(
  incident: Incident,
  { at, from }: Extract<Event, { type: 'WasDown' }>,
  facts: Facts,
): Decision | Refusal {
  if (incident.ladder.is !== 'running') return { refused: `The ladder of incident ${incident.number} stands still.` };
  const said = change(draftOf(incident), {}, { type: 'WasDown', at, from });
  return decide(incident, tell(said, { type: 'WasDown', from }), at, facts);
}

function keeps({ alerts }: Incident, fingerprint: string): boolean {
  const alert = alerts[fingerprint];
  return alert !== undefined && keepsFiring(alert);
}

function takeAlerts(draft: Draft, event: AlertsReported): Draft {
  const { alerts, changes } = applyReports(draft.incident.alerts, event.alerts, event.at);
  const { fired, resolved, edited, late } = changes;
  const changed = fired.length + resolved.length + edited.length > 0;
  const next = changed
    ? change(draft, { alerts }, { type: 'AlertsChanged', at: event.at, fired, resolved, edited })
    : draft;
  return late.length === 0 ? next : change(next, { alerts }, { type: 'LateCopySeen', at: event.at, alerts: late });
}

/** Links the body's group, and believes how many alerts `max_alerts` cut from it. */
function joinGroup(draft: Draft, { at, group, alerts }: AlertsReported, before: Incident): Draft {
  if (group === null) return draft;
  const id = `${group.receiver}\n${group.key}`;
  const known = draft.incident.groups[id];
  if (known?.truncated === group.truncated) return draft;
  const linked = { ...group, linkedAt: known?.linkedAt ?? at, changedAt: at };
  if (known !== undefined) {
    // A late copy of a body changes nothing in the alerts; what it says of the others is as old as it is.
    const old = alerts.some((report) => isOld(report, before.alerts[report.fingerprint], at));
    const changed = draft.lines.some((line) => line.type === 'AlertsChanged');
    const risen = group.truncated > known.truncated && at - known.changedAt <= copyWindow;
    if (old || (risen && !changed)) return draft;
    return truncate(change(draft, { groups: { ...draft.incident.groups, [id]: linked } }), linked, at);
  }
  // A reload gives the same alerts a new group key, and the old key is never heard of again.
  const rekeyed = alerts.some(({ fingerprint }) => before.alerts[fingerprint]?.status === 'firing');
  const others = rekeyed ? believeWhole(draft.incident.groups, group.receiver, at) : draft.incident.groups;
  const groups = { ...others, [id]: linked };
  const joined = change(draft, { groups }, { type: 'GroupJoined', at, receiver: group.receiver, labels: group.labels });
  return group.truncated === 0 ? joined : truncate(joined, linked, at);
}

const believeWhole = (groups: Incident['groups'], receiver: string, at: Instant): Incident['groups'] =>
  Object.fromEntries(
    Object.entries(groups).map(([id, group]): [string, Group] =>
      group.receiver === receiver && group.truncated > 0
        ? [id, { ...group, truncated: 0, changedAt: at }]
        : [id, group],
    ),
  );

const truncate = (draft: Draft, { receiver, truncated }: Group, at: Instant): Draft =>
  change(draft, {}, { type: 'AlertsTruncated', at, receiver, truncated });
