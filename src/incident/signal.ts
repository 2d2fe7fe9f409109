/** The signal and the severity, brought up to date after alerts changed. Each stage takes a draft and hands one on. */
import { keepsFiring } from './alerts.ts';
import { change, wakeAt } from './draft.ts';
import type { Draft } from './draft.ts';
import { isAbove } from './incident.ts';
import { afterRise } from '../escalation/policy.ts';
import type { Facts } from './facts.ts';
import type { Incident, Instant } from './incident.ts';
import { freshPager } from './pager.ts';
import { policyOf } from './rules.ts';

/** Whether anything still fires, or may fire behind what `max_alerts` cut off; `muted` when all that fires is hidden. */
function standOf({ alerts, groups }: Incident): 'firing' | 'muted' | 'clear' {
  if (some(groups, (group) => group.truncated > 0)) return 'firing';
  if (some(alerts, (alert) => keepsFiring(alert) && alert.muted === null)) return 'firing';
  return some(alerts, keepsFiring) ? 'muted' : 'clear';
}

function some<T>(record: Readonly<Record<string, T>>, is: (value: T) => boolean): boolean {
  for (const key in record) {
    const value = record[key];
    if (value !== undefined && is(value)) return true;
  }
  return false;
}

/** The severity rises with the firing alerts: perhaps to another policy, and it takes an acknowledgement of less down with it. */
export function raiseSeverity(draft: Draft, at: Instant, { routes, policies }: Facts): Draft {
  const { incident } = draft;
  let to = incident.severity;
  let labels: Readonly<Record<string, string>> = {};
  for (const key in incident.alerts) {
    const alert = incident.alerts[key];
    if (alert !== undefined && keepsFiring(alert) && isAbove(alert.severity, to)) ({ severity: to, labels } = alert);
  }
  if (to === incident.severity) return draft;
  const routed = policies[policyOf({ ...labels, severity: to }, routes)];
  const policy = routed === undefined ? incident.policy : afterRise(incident.policy, routed);
  const risen = change(draft, { severity: to, policy }, { type: 'SeverityRose', at, from: incident.severity, to });
  const { human } = incident;
  if (human.is !== 'acknowledged' || !isAbove(to, human.severity)) return risen;
  return change(
    risen,
    { human: { is: 'open' } },
    { type: 'AcknowledgementFell', at, by: human.by, why: 'severity rose' },
  );
}

/** Moves the signal between firing, clearing and (re-opened) firing; a person's closing is undone by a re-opening. */
export function moveSignal(draft: Draft, at: Instant, refired: boolean): Draft {
  const { incident } = draft;
  const stand = standOf(incident);
  if (incident.signal.is === 'clear' || incident.human.is === 'closed') {
    if (!refired)
      return stand !== 'clear' || incident.signal.is === 'clear'
        ? draft
        : { ...draft, incident: { ...incident, signal: { is: 'clear', since: at } } };
    const episode = incident.episode + 1;
    const human = incident.human.is === 'closed' ? ({ is: 'open' } as const) : incident.human;
    const pager = freshPager(incident.number, episode, null);
    const again = { signal: { is: 'firing' }, human, episode, pager } as const;
    return change(flip(draft, at), again, { type: 'Reopened', at, episode });
  }
  switch (incident.signal.is) {
    case 'firing':
      if (stand === 'muted') return change(draft, { signal: { is: 'muted' } });
      return stand === 'firing' ? draft : startHold(flip(draft, at), at);
    case 'clearing':
      if (stand === 'muted') return change(draft, { signal: { is: 'muted' } });
      return stand === 'firing'
        ? change(flip(draft, at), { signal: { is: 'firing' } }, { type: 'FiredAgain', at })
        : draft;
    case 'muted':
    case 'unknown':
      return stand === 'clear' ? startHold(draft, at) : change(draft, { signal: { is: stand } });
  }
}

function startHold(draft: Draft, at: Instant): Draft {
  const { rules, flapping } = draft.incident;
  const until = at + (flapping ? rules.flapping.hold : rules.recoverHold);
  const clearing = change(draft, { signal: { is: 'clearing', until } }, { type: 'Cleared', at, until });
  return wakeAt(clearing, until, { type: 'HoldEnded', until });
}

/** Counts one change between firing and clear. Flapping lengthens the hold, and is said once until it calms down. */
function flip(draft: Draft, at: Instant): Draft {
  const { flips, flapping, rules } = draft.incident;
  const recent = [...flips.filter((flipped) => flipped > at - rules.flapping.within), at];
  const now = recent.length >= rules.flapping.transitions;
  const next = { ...draft, incident: { ...draft.incident, flips: recent, flapping: now } };
  if (!now || flapping) return next;
  return change(next, {}, { type: 'Flapped', at, transitions: recent.length, hold: rules.flapping.hold });
}
