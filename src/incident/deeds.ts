/** What people do: acknowledge, lead, close; steps and actions have rule books of their own. */
import { refuseDoer } from '../access/deeds.ts';
import { askRun } from '../action/asking.ts';
import { askDiagnosis } from '../action/diagnosing.ts';
import { decided } from '../action/decisions.ts';
import { leftChanged, stillChanged } from '../action/run.ts';
import { followRun } from '../runbook/follow.ts';
import { rest } from '../runbook/advance.ts';
import { choose, runningAction, stepped } from '../runbook/steps.ts';
import { clip } from './alerts.ts';
import { decide, decideOr } from './decide.ts';
import { change, draftOf, wakeAt } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { Deed, OpeningDeed, Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { phaseOf, vigie } from './incident.ts';
import type { Incident, Instant, Person } from './incident.ts';
import { steered } from './steering.ts';
import { askSilence } from './silencing.ts';

/** What a person did. Nobody acts on what was closed, and nobody without the permission. */
export function acted(incident: Incident, event: Exclude<Deed, OpeningDeed>, facts: Facts): Decision | Refusal {
  const phase = phaseOf(incident);
  const { at, by } = event;
  if (phase === 'closed' && incident.human.is === 'closed') {
    return { refused: `Incident ${incident.number} was closed by ${incident.human.by.name}.` };
  }
  const denied = refuseDoer(event, facts);
  if (denied !== null) return denied;
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
      return decide(incident, lease(draft, by, at), at, facts);
    case 'CommandTaken':
      return commanded(incident, draft, event, facts);
    case 'Closed':
      return closed(incident, draft, event, facts);
    case 'HandoffAccepted':
      return handedOver(incident, draft, event, facts);
    case 'PeoplePaged':
    case 'LevelAsked':
    case 'HandoffOffered':
    case 'Snoozed':
    case 'Unacknowledged':
      return decideOr(incident, steered(draft, event, facts), at, facts);
    case 'RunbookChosen': {
      const busy = runningAction(incident);
      return busy === null ? decide(incident, choose(draft, event, facts), at, facts) : { refused: busy };
    }
    case 'ActionAsked': {
      const request = { ...event, visit: null, approvals: 0, rollout: null };
      return decideOr(incident, askRun(draft, request, { by, at, follow: followRun(facts) }, facts), at, facts);
    }
    case 'SilenceAsked':
      return decideOr(incident, askSilence(draft, event, facts), at, facts);
    case 'DiagnosisAsked':
      return decideOr(incident, askDiagnosis(draft, event, facts), at, facts);
    case 'ActionApproved':
    case 'ActionCancelled':
    case 'ChangeKept':
      return decideOr(incident, decided(draft, event, facts, followRun(facts)), at, facts);
    default:
      return stepped(incident, draft, event, facts);
  }
}

function commanded(
  incident: Incident,
  draft: Draft,
  { at, by }: Extract<Deed, { type: 'CommandTaken' }>,
  facts: Facts,
): Decision | Refusal {
  const phase = phaseOf(incident);
  const over = phase === 'resolved' || phase === 'recovering';
  const leads = incident.commander?.id === by.id;
  if (leads && (over || (incident.human.is === 'acknowledged' && incident.human.by.id === by.id))) {
    return { refused: `You command incident ${incident.number} already.` };
  }
  const line = { type: 'CommandTaken', at, by, from: leads ? null : incident.commander } as const;
  const led = change(draft, { commander: by, handoff: null }, line);
  return decide(incident, over ? led : lease(led, by, at), at, facts);
}

/** Somebody takes the command that was offered to them. */
function handedOver(
  incident: Incident,
  draft: Draft,
  { at, by }: Extract<Deed, { type: 'HandoffAccepted' }>,
  facts: Facts,
): Decision | Refusal {
  const { handoff, number } = incident;
  const phase = phaseOf(incident);
  if (handoff === null) return { refused: `Nobody offers the command of incident ${number}.` };
  const { by: from, to } = handoff;
  if (to.id !== by.id)
    return { refused: `${from.name} offers the command to ${to.name}. Take command if you lead now.` };
  const led = change(draft, { commander: by, handoff: null }, { type: 'HandoffAccepted', at, by, from });
  const over = phase === 'resolved' || phase === 'recovering';
  return decide(incident, over ? led : lease(led, by, at), at, facts);
}

/** Closes an incident, as somebody wants it. */
export function closed(
  incident: Incident,
  draft: Draft,
  { at, by, reason: given }: Pick<Extract<Deed, { type: 'Closed' }>, 'at' | 'by' | 'reason'>,
  facts: Facts,
): Decision | Refusal {
  const phase = phaseOf(incident);
  const left = leftChanged(incident.runs);
  if (left.length > 0) return { refused: stillChanged(incident.number, left) };
  const firing = phase !== 'resolved' && phase !== 'recovering' && incident.kind !== 'checklist';
  const reason = clip(given, 500);
  if (firing && reason === '') {
    return {
      refused: `Incident ${incident.number} is still ${phase}. Give a reason to close it: /incident resolve ${incident.number} <reason>.`,
    };
  }
  return decide(
    incident,
    rest(
      change(
        draft,
        { human: { is: 'closed', by, reason, at }, handoff: null },
        { type: 'Closed', at, by, reason, firing },
      ),
      by,
      'The incident was closed.',
    ),
    at,
    facts,
  );
}

/** A second press within this long is the same press: people tap twice on a phone. */
const samePress = 60_000;

/** Gives the acknowledgement lease to somebody, with its reminder and its end as timers. `where` is not Slack. */
export function lease(draft: Draft, by: Person, at: Instant, where?: 'PagerDuty'): Draft {
  const { policy, severity, human } = draft.incident;
  const { ack } = policy;
  const until = at + ack.lease;
  if (
    human.is === 'acknowledged' &&
    human.by.id === by.id &&
    until - human.until < Math.min(samePress, ack.lease / 10)
  ) {
    return draft;
  }
  const held = change(
    draft,
    { human: { is: 'acknowledged', by, until, reminded: false, severity }, lastHeld: { by, at } },
    { type: 'Acknowledged', at, by, until, ...(where === undefined ? {} : { where }) },
  );
  const reminded = ack.remindBefore > 0 ? wakeAt(held, until - ack.remindBefore, { type: 'LeaseEnding', until }) : held;
  return wakeAt(reminded, until, { type: 'LeaseEnded', until });
}

/** The responders, and whoever acts now. */
export const joined = (responders: readonly Person[], by: Person): readonly Person[] =>
  by.id === vigie.id || responders.some((known) => known.id === by.id) ? responders : [...responders, by];
