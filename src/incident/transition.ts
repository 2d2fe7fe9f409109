/** The rule book: what each event changes in an incident and what must follow. One switch, no input or output, time passed in. */
import { abandoned, prove } from '../runbook/prove.ts';
import { answered, choose, runningAction, stepped, wokenAtStep } from '../runbook/steps.ts';
import { applyReports, clip, copyWindow, isOld, keepsFiring } from './alerts.ts';
import { change, decide, draftOf, wakeAt } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { AlertsReported, Deed, Event, OpeningDeed, Refusal } from './event.ts';
import { onlyTalks } from './facts.ts';
import type { Facts } from './facts.ts';
import { isOpen, phaseOf, vigie } from './incident.ts';
import type { Group, Incident, Instant, Person } from './incident.ts';
import { moveSignal, raiseSeverity } from './signal.ts';
import { woken } from './timers.ts';

/** Takes in an event: the next incident with what follows, or a refusal. The same event twice changes nothing more. */
export function transition(incident: Incident, event: Event, facts: Facts = onlyTalks): Decision | Refusal {
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
      return acted(incident, event, facts);
    case 'CheckAnswered':
    case 'ActionEnded':
    case 'PageEnded':
      return answered(incident, event, facts);
    case 'AskAgain':
    case 'WaitEnded':
    case 'ProofEnded':
    case 'StepWaits':
      return wokenAtStep(incident, event, facts);
    case 'HoldEnded':
    case 'LeaseEnding':
    case 'LeaseEnded':
      return woken(incident, event);
    case 'EffectGivenUp': {
      const trouble = `${event.effect}: ${clip(event.why, 300)}`;
      const troubles = [...incident.troubles.filter((known) => known !== trouble), trouble].slice(-3);
      const { type, at, effect } = event;
      const why = clip(event.why, 300);
      const said = change(draftOf(incident), { troubles }, { type, at, effect, why });
      return decide(incident, abandoned(said, event.visit, { at, says: trouble }, facts), at);
    }
  }
}

/** Opens an incident: its first decision, from an empty shell that `opening.ts` made and the line that says who opened it. */
export function opened(
  shell: Incident,
  by: Person,
  at: Instant,
  first: AlertsReported | null,
  follow: (draft: Draft) => Draft = (draft) => draft,
): Decision {
  const says = change(draftOf(shell), {}, { type: 'Opened', at, by, title: shell.title, severity: shell.severity });
  const draft = first === null ? says : joinGroup(takeAlerts(says, first), first, shell);
  return decide(shell, follow(draft), at);
}

function reported(incident: Incident, event: AlertsReported, facts: Facts): Decision {
  const taken = joinGroup(takeAlerts(draftOf(incident), event), event, incident);
  const refired = taken.lines.some(
    (line) => line.type === 'AlertsChanged' && line.fired.some(({ fingerprint }) => keeps(taken.incident, fingerprint)),
  );
  const news = isOpen(incident) || refired;
  const signalled = moveSignal(taken, event.at, refired);
  const risen = news ? raiseSeverity(signalled, event.at) : signalled;
  const { is } = risen.incident.signal;
  const cleared = is === 'clear' || is === 'clearing';
  const says = { at: event.at, says: 'The alerts cleared.' };
  return decide(incident, cleared ? prove(risen, 'alerts', says, facts) : risen, event.at);
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

function acted(incident: Incident, event: Exclude<Deed, OpeningDeed>, facts: Facts): Decision | Refusal {
  const phase = phaseOf(incident);
  const { at, by } = event;
  if (phase === 'closed' && incident.human.is === 'closed') {
    return { refused: `Incident ${incident.number} was closed by ${incident.human.by.name}.` };
  }
  const draft = draftOf({ ...incident, responders: joined(incident.responders, by) });
  switch (event.type) {
    case 'Acknowledged':
      if (phase === 'resolved' || phase === 'recovering' || incident.kind === 'checklist') {
        const is = incident.kind === 'checklist' ? 'a checklist' : phase;
        return { refused: `Incident ${incident.number} is ${is}: there is nothing to acknowledge.` };
      }
      if (incident.human.is === 'acknowledged' && incident.human.by.id !== by.id) {
        return {
          refused: `${incident.human.by.name} holds incident ${incident.number}. Take command if you lead now.`,
        };
      }
      return decide(incident, lease(draft, by, at), at);
    case 'CommandTaken': {
      const over = phase === 'resolved' || phase === 'recovering';
      const leads = incident.commander?.id === by.id;
      if (leads && (over || (incident.human.is === 'acknowledged' && incident.human.by.id === by.id))) {
        return { refused: `You command incident ${incident.number} already.` };
      }
      const led = change(
        draft,
        { commander: by },
        { type: 'CommandTaken', at, by, from: leads ? null : incident.commander },
      );
      return decide(incident, over ? led : lease(led, by, at), at);
    }
    case 'Closed': {
      const firing = phase !== 'resolved' && phase !== 'recovering' && incident.kind !== 'checklist';
      const reason = clip(event.reason, 500);
      if (firing && reason === '') {
        return {
          refused: `Incident ${incident.number} is still ${phase}. Give a reason to close it: /incident resolve ${incident.number} <reason>.`,
        };
      }
      return decide(
        incident,
        change(draft, { human: { is: 'closed', by, reason, at } }, { type: 'Closed', at, by, reason, firing }),
        at,
      );
    }
    case 'RunbookChosen': {
      const busy = runningAction(incident);
      return busy === null ? decide(incident, choose(draft, event, facts), at) : { refused: busy };
    }
    default:
      return stepped(incident, draft, event, facts);
  }
}

/** A second press within this long is the same press: people tap twice on a phone. */
const samePress = 60_000;

/** Gives the acknowledgement lease to somebody, with its reminder and its end as timers. */
function lease(draft: Draft, by: Person, at: Instant): Draft {
  const { rules, severity, human } = draft.incident;
  const until = at + rules.ack.lease;
  if (
    human.is === 'acknowledged' &&
    human.by.id === by.id &&
    until - human.until < Math.min(samePress, rules.ack.lease / 10)
  ) {
    return draft;
  }
  const held = change(
    draft,
    { human: { is: 'acknowledged', by, until, reminded: false, severity } },
    { type: 'Acknowledged', at, by, until },
  );
  const reminded =
    rules.ack.remindBefore > 0 ? wakeAt(held, until - rules.ack.remindBefore, { type: 'LeaseEnding', until }) : held;
  return wakeAt(reminded, until, { type: 'LeaseEnded', until });
}

const joined = (responders: readonly Person[], by: Person): readonly Person[] =>
  by.id === vigie.id || responders.some((known) => known.id === by.id) ? responders : [...responders, by];
