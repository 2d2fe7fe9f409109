/** How people steer an escalation: they page, call a level, hand over, snooze, and let go of what they hold. */
import { wakes } from '../escalation/policy.ts';
import type { Level } from '../escalation/policy.ts';
import type { SteerDeed } from '../escalation/events.ts';
import { spokenTime } from '../access/spoken.ts';
import { clip } from './alerts.ts';
import { briefOf, writeBrief } from './brief.ts';
import { callLevels } from './call-levels.ts';
import { ask, change, tell, wakeAt } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { phaseOf } from './incident.ts';
import type { Duration, Human, Incident, Instant, Person } from './incident.ts';
import { levelNames } from './pager-sentences.ts';
import { steerSentence } from './steer-sentences.ts';

type DeedOf<T extends SteerDeed['type']> = Extract<SteerDeed, { type: T }>;

/** Who asks again within this long means the same call. */
const sameCall: Duration = 60_000;

/** How short and how long a snooze may be. */
const snoozes: { readonly least: Duration; readonly most: Duration } = { least: 5 * 60_000, most: 24 * 3_600_000 };

/** What Slack takes in one message. */
const mostOfBrief = 2_900;

/** Steers, or says why not. Taking an offered command is `deeds.ts`, which knows leases. */
export function steered(
  draft: Draft,
  event: Exclude<SteerDeed, { type: 'HandoffAccepted' }>,
  facts: Facts,
): Draft | Refusal {
  const { incident } = draft;
  const phase = phaseOf(incident);
  const over = phase === 'resolved' || (phase === 'recovering' && event.type === 'Snoozed');
  if (over && event.type !== 'HandoffOffered') {
    return { refused: `Incident ${incident.number} is ${phase}: nobody need look after it.` };
  }
  switch (event.type) {
    case 'PeoplePaged':
      return paged(draft, event, facts);
    case 'LevelAsked':
      return levelAsked(draft, event);
    case 'HandoffOffered':
      return offered(draft, event);
    case 'Snoozed':
      return snoozed(draft, event);
    case 'Unacknowledged':
      return letGo(draft, event);
  }
}

const reasonOf = (text: string): string => clip(text, 300);

const noteOf = ({ by, reason }: { readonly by: Person; readonly reason: string }): string =>
  `Asked by ${by.name}${reasonOf(reason) === '' ? '' : `: ${reasonOf(reason)}`}`;

/** Whether a level of this name was called a moment ago because somebody wanted it. */
const justCalled = ({ pager }: Incident, at: Instant, level: Level | null): boolean =>
  pager.pages.some(
    ({ why, at: then, levels }) =>
      (why === 'asked' || why === 'by name') &&
      at - then < sameCall &&
      (level === null || levels.some(({ id, name }) => id === level.id && name === level.name)),
  );

const already = (level: Pick<Level, 'id' | 'name'>): Refusal => ({
  refused: `${levelNames([level])} was called less than a minute ago. Wait for an answer first.`,
});

function paged(draft: Draft, { at, by, whom, reason }: DeedOf<'PeoplePaged'>, facts: Facts): Draft | Refusal {
  const level = whom.is === 'person' ? personAsLevel(whom, facts) : levelOfPolicy(whom.name, facts);
  if ('refused' in level) return level;
  if (justCalled(draft.incident, at, level)) return already(level);
  const { responders } = draft.incident;
  const invited =
    whom.is === 'person' && !responders.some(({ id }) => id === whom.person.id)
      ? [...responders, whom.person]
      : responders;
  const name = levelNames([level]);
  const said = change(
    draft,
    { responders: invited },
    { type: 'PeoplePaged', at, by, whom: name, reason: reasonOf(reason) },
  );
  const names = new Map(facts.names);
  if (whom.is === 'person') names.set(whom.person.id, whom.person.name).set(whom.email ?? '', whom.person.name);
  const calling = { at, visit: null, note: noteOf({ by, reason }), names };
  return callLevels(said, { number: 0, levels: [level], why: 'by name', late: 0 }, calling, false);
}

/** Somebody, as a level that calls nobody else: by Slack, and by PagerDuty where it may know them. */
function personAsLevel(
  { person, email }: Extract<DeedOf<'PeoplePaged'>['whom'], { is: 'person' }>,
  facts: Facts,
): Level {
  const asked =
    email === null || !facts.able.page
      ? []
      : [
          {
            ...({ kind: 'pagerduty', service: 'incident', escalationPolicy: null } as const),
            responders: [{ is: 'email', id: email } as const],
          },
        ];
  return {
    ...{ id: person.name, name: person.name, at: 0, leaveEarly: null },
    do: [...asked, { kind: 'slack', mention: [person.id] }],
  };
}

function levelOfPolicy(name: string, { policies }: Facts): Level | Refusal {
  const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
  const level = policy?.levels.find((one) => wakes(one, 'critical'));
  if (policy !== undefined && level !== undefined) return { ...level, name: `${level.name} of ${policy.name}` };
  if (policy !== undefined) return { refused: `The policy ${policy.name} calls nobody. Name somebody instead.` };
  const known = Object.keys(policies).join(', ');
  return { refused: `vigie.yaml has no policy "${clip(name, 60)}". It has: ${known}. Or name a person: @ana.` };
}

function levelAsked(draft: Draft, { at, by, level: given, reason }: DeedOf<'LevelAsked'>): Draft | Refusal {
  const { incident } = draft;
  const { policy, ladder } = incident;
  const { levels } = policy;
  const entered = ladder.is === 'idle' ? 0 : ladder.entered;
  const level =
    given === 'next'
      ? (levels[entered] ?? levels.at(-1))
      : levels.find(({ id }) => id.toLowerCase() === given.toLowerCase());
  if (levels.length === 0) {
    return { refused: `The policy ${policy.name} has no levels. Name somebody to page instead.` };
  }
  if (level === undefined) {
    return { refused: `There is no level "${clip(given, 60)}". The policy ${policy.name} has: ${levelNames(levels)}.` };
  }
  // Two people who press at once want one more level, not two.
  if (justCalled(incident, at, given === 'next' ? null : level)) return already(level);
  const line = { type: 'LevelAsked', at, by, level: levelNames([level]), reason: reasonOf(reason) } as const;
  return tell(change(draft, {}, line), { type: 'Asked', level: level.id, visit: null, note: noteOf({ by, reason }) });
}

function offered(draft: Draft, { at, by, to, note: given }: DeedOf<'HandoffOffered'>): Draft | Refusal {
  const { number, commander, human, handoff, responders } = draft.incident;
  const note = reasonOf(given);
  const holds = human.is === 'acknowledged' && human.by.id === by.id;
  if (to.id === by.id) return { refused: 'Choose somebody else: you can take command yourself.' };
  if (commander?.id === to.id) return { refused: `${to.name} commands incident ${number} already.` };
  if (commander !== null && commander.id !== by.id && !holds) {
    return { refused: `${commander.name} commands incident ${number}. Take command first, then hand it over.` };
  }
  if (handoff?.to.id === to.id && handoff.by.id === by.id && handoff.note === note) {
    return { refused: `${to.name} has your offer already, and has not accepted it yet.` };
  }
  const invited = responders.some(({ id }) => id === to.id) ? responders : [...responders, to];
  const patch = { handoff: { by, to, at, note }, responders: invited };
  const line = { type: 'HandoffOffered', at, by, to, note } as const;
  const said = change(draft, patch, line);
  const below = writeBrief(briefOf(said.incident), mostOfBrief);
  const text = steerSentence(line);
  return ask(said, { type: 'slack.note', to: 'channel', text, broadcast: false, mention: to, below });
}

/** What somebody holds; or why it is not theirs to change. */
function heldBy({ human, number }: Incident, by: Person): Extract<Human, { is: 'acknowledged' }> | Refusal {
  if (human.is !== 'acknowledged') return { refused: `Nobody holds incident ${number}. Acknowledge it first.` };
  if (human.by.id === by.id) return human;
  return { refused: `${human.by.name} holds incident ${number}, not you. Take command if you lead now.` };
}

function snoozed(draft: Draft, { at, by, for: length }: DeedOf<'Snoozed'>): Draft | Refusal {
  const { number, policy } = draft.incident;
  const held = heldBy(draft.incident, by);
  if ('refused' in held) return held;
  const until = at + length;
  if (length < snoozes.least || length > snoozes.most) {
    return { refused: 'A snooze takes from 5 minutes to 24 hours, such as 45m or 2h.' };
  }
  if (until <= held.until) {
    const left = spokenTime(held.until - at);
    return { refused: `You hold incident ${number} for ${left} anyway. Snooze it for longer, or let it go.` };
  }
  const human = { ...held, until, reminded: false, snoozed: true };
  const kept = change(draft, { human }, { type: 'Snoozed', at, by, until });
  const { remindBefore } = policy.ack;
  const soon = until - remindBefore;
  const reminded = remindBefore > 0 && soon > at ? wakeAt(kept, soon, { type: 'LeaseEnding', until }) : kept;
  return wakeAt(reminded, until, { type: 'LeaseEnded', until });
}

function letGo(draft: Draft, { at, by }: DeedOf<'Unacknowledged'>): Draft | Refusal {
  const held = heldBy(draft.incident, by);
  if ('refused' in held) return held;
  // What PagerDuty still tells of this acknowledgement is older than this.
  const patch = { human: { is: 'open' }, lastHeld: { by, at } } as const;
  return change(draft, patch, { type: 'AcknowledgementFell', at, by, why: 'put down' });
}
