/** What happens in PagerDuty, as it changes the incident: somebody has it, lets it go, resolves it, or hands it on. */
import { clip } from './alerts.ts';
import { closed, joined, lease } from './deeds.ts';
import { decide } from './decide.ts';
import { ask, change, draftOf } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import { isRefusal } from './event.ts';
import type { Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { phaseOf } from './incident.ts';
import type { Incident } from './incident.ts';
import type { PagerReport } from './pager.ts';

/** Takes in what PagerDuty tells of its incident. State decides, not who did it, so an echo changes nothing. */
export function pagerSaid(incident: Incident, event: PagerReport, facts: Facts): Decision | Refusal {
  const { pager, number } = incident;
  const mine = event.dedupKey === null ? event.incident === pager.incident : event.dedupKey === pager.dedupKey;
  if (!mine && event.incident !== pager.incident) {
    return { refused: `Incident ${number} has moved on since this incident of PagerDuty.` };
  }
  const draft = learned(draftOf(incident), event);
  const phase = phaseOf(incident);
  const { at, by } = event;
  switch (event.type) {
    case 'PagerAcknowledged':
      return acknowledged(incident, draft, event, facts);
    case 'PagerUnacknowledged': {
      const { human, lastHeld } = incident;
      // PagerDuty tells whole seconds, and its webhooks come in any order.
      const old = lastHeld !== null && at < lastHeld.at - (lastHeld.at % 1_000);
      if (human.is !== 'acknowledged' || phase !== 'acknowledged' || old) return decide(incident, draft, at, facts);
      if (human.snoozed === true && by.id === 'pagerduty') return decide(incident, heldOn(draft, event), at, facts);
      const fell = { type: 'AcknowledgementFell', at, by: human.by, why: 'let go' } as const;
      return decide(incident, change(draft, { human: { is: 'open' } }, fell), at, facts);
    }
    case 'PagerResolved':
      return resolved(incident, draft, event, facts);
    case 'PagerTriggered':
    case 'PagerPrioritised':
    case 'PagerResponderAsked':
      return decide(incident, draft, at, facts);
    case 'PagerReopened':
      return decide(incident, told(draft, event, `${by.name} re-opened the incident in PagerDuty.`), at, facts);
    case 'PagerReassigned': {
      const to = event.to.map(({ name }) => name).join(', ') || (event.policy ?? 'nobody');
      return decide(incident, told(draft, event, `PagerDuty calls ${clip(to, 200)} now (${event.how}).`), at, facts);
    }
    case 'PagerNoted':
      return decide(incident, told(draft, event, `${by.name} in PagerDuty: ${clip(event.text, 500)}`), at, facts);
    case 'PagerResponderAnswered': {
      const { whom, joins } = event;
      const says = `${whom.name} ${joins ? 'will help' : 'will not help'}, says PagerDuty.`;
      return decide(incident, told(draft, event, says), at, facts);
    }
  }
}

const told = (draft: Draft, { at, by }: PagerReport, says: string): Draft =>
  change(draft, {}, { type: 'PagerTold', at, by, says });

/** PagerDuty's own time is over before a snooze of ours is: it is told again that somebody has it. */
function heldOn(draft: Draft, event: PagerReport): Draft {
  const { keys, dedupKey } = draft.incident.pager;
  const said = told(draft, event, 'PagerDuty would page again; it is told that this is snoozed.');
  return keys.length === 0 ? said : ask(said, { type: 'pagerduty.acknowledge', keys, dedupKey });
}

/** Whatever is told of PagerDuty's incident names it. */
function learned(draft: Draft, { type, at, incident, url, dedupKey }: PagerReport): Draft {
  const { pager } = draft.incident;
  const isNews = pager.incident === null || (type === 'PagerTriggered' && pager.incident !== incident);
  if (!isNews || type === 'PagerResolved' || dedupKey !== pager.dedupKey) return draft;
  const page = pager.pages.at(-1)?.id ?? '';
  return change(draft, { pager: { ...pager, incident, url } }, { type: 'PageConfirmed', at, page, incident, url });
}

function acknowledged(
  incident: Incident,
  draft: Draft,
  { at, by }: Extract<PagerReport, { type: 'PagerAcknowledged' }>,
  facts: Facts,
): Decision | Refusal {
  const { human, number, lastHeld } = incident;
  const phase = phaseOf(incident);
  // The end of an incident beats an acknowledgement that comes in the same seconds.
  if (phase !== 'triggered' && phase !== 'acknowledged') {
    return { refused: `Incident ${number} is ${phase}: there is nothing to acknowledge.` };
  }
  // PagerDuty's may outlive our lease: what ended here does not begin again because it still stands there.
  if (human.is === 'open' && lastHeld !== null && at <= lastHeld.at) {
    return { refused: `Incident ${number} was acknowledged again since.` };
  }
  const come = change(draft, { responders: joined(incident.responders, by) });
  if (human.is !== 'acknowledged' || human.by.id === by.id) {
    return decide(incident, lease(come, by, at, 'PagerDuty'), at, facts);
  }
  const known = incident.responders.some(({ id }) => id === by.id);
  return decide(incident, known ? draft : change(come, {}, { type: 'PagerJoined', at, by }), at, facts);
}

/** PagerDuty itself, and its integrations. */
const nobody: ReadonlySet<string> = new Set(['pagerduty', 'pagerduty:integration']);

/** A person who resolves it there closes it here; anything else that does leaves us with an incident that nobody is paged for. */
function resolved(
  incident: Incident,
  draft: Draft,
  event: Extract<PagerReport, { type: 'PagerResolved' }>,
  facts: Facts,
): Decision | Refusal {
  const { at, by } = event;
  const phase = phaseOf(incident);
  if (phase === 'resolved' || phase === 'closed') {
    return { refused: `Incident ${incident.number} is ${phase} already.` };
  }
  const gone = change(draft, { pager: { ...draft.incident.pager, incident: null, url: null } });
  const person = !nobody.has(by.id);
  const says = `${by.name} resolved the incident in PagerDuty.`;
  if (!person || phase === 'recovering') return decide(incident, told(gone, event, says), at, facts);
  const come = change(gone, { responders: joined(incident.responders, by) });
  const answer = closed(incident, come, { at, by, reason: 'resolved in PagerDuty' }, facts);
  if (!isRefusal(answer)) return answer;
  return decide(incident, told(gone, event, `${says} Here it stays open: ${answer.refused}`), at, facts);
}
