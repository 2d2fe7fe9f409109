/** People: those who are woken by PagerDuty and press there, and those in Slack who acknowledge, let go and call others. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PagerDutySandbox } from '../../../sandbox/pagerduty/server.ts';
import { actAndRest, textOf, toAnyBot } from '../people.ts';
import type { Crowd } from '../people.ts';
import { isLonely } from './families.ts';

/** What somebody did in PagerDuty. */
export interface PagerDeed {
  readonly at: number;
  /** PagerDuty's id of its incident. */
  readonly incident: string;
  readonly did: string;
}

/** What people are given. */
export interface Company extends Crowd {
  readonly pagerduty: PagerDutySandbox;
  readonly there: PagerDeed[];
}

/** Everybody acts until it is time to go home. */
export const startPeople = (company: Company): Promise<unknown> =>
  Promise.all([
    ...['ana', 'ben', 'lena'].map((who) => press({ ...company, chance: company.chance.of(`pager of ${who}`) }, who)),
    ...['ana', 'ben'].map((who) => {
      const own = { ...company, chance: company.chance.of(who) };
      return actAndRest(own, { least: 1_000, most: 5_000 }, () => type(own, who));
    }),
  ]);

async function press(company: Company, who: string): Promise<void> {
  const { chance, ending, deeds } = company;
  while (!ending.aborted) {
    await pause(chance.between(800, 4_000), undefined, { signal: ending }).catch(() => undefined);
    const did = pressOne(company, who);
    deeds[did] = (deeds[did] ?? 0) + 1;
  }
}

/** One press at an open incident that is not to be left alone. */
function pressOne({ chance, pagerduty, there }: Company, who: string): string {
  const open = pagerduty
    .state()
    .incidents.filter(({ status, title }) => status !== 'resolved' && !isLonely(String(title)));
  if (open.length === 0) return 'nothing open in PagerDuty';
  const { id } = chance.pick(open);
  const [did, act] = chance.pick([
    ['acknowledges', () => pagerduty.acknowledgeAs(who, id)],
    ['acknowledges', () => pagerduty.acknowledgeAs(who, id)],
    ['acknowledges', () => pagerduty.acknowledgeAs(who, id)],
    ['lets go', () => pagerduty.unacknowledgeAs(who, id)],
    ['resolves', () => pagerduty.resolveAs(who, id)],
    ['reassigns', () => pagerduty.reassign(who, 'chloe', id)],
    ['hands over', () => pagerduty.reassign(who, 'Infrastructure', id)],
    ['escalates', () => pagerduty.escalate(who, 2, id)],
    ['notes', () => pagerduty.note(who, `I look at it, says ${who} (${there.length})`, id)],
    ['replies', () => pagerduty.replyAs(who, 'joined', id)],
  ] as const);
  try {
    act();
  } catch (error) {
    if (error instanceof Error && /does not let|nobody asked/.test(error.message)) return `${did} there in vain`;
    throw error;
  }
  there.push({ at: Date.now(), incident: id, did });
  return `${did} there`;
}

const answers = { ack: /^You hold incident/, resolve: /^Incident \d+ is closed/ } as const;
const lines = { ack: 'Acknowledged', resolve: 'Closed' } as const;
const slackIds: Readonly<Record<string, string>> = { ana: 'U0ANA', ben: 'U0BEN' };

async function type(company: Company, who: string): Promise<string> {
  const { chance, model, slack } = company;
  const names = slack.state().channels.flatMap(({ name }) => (/^inc-\d+-/.test(name) ? [name] : []));
  const open = names.filter((name) => !isLonely(name)).slice(-8);
  if (open.length === 0) return 'no channel';
  const number = Number(/^inc-(\d+)-/.exec(chance.pick(open))?.[1]);
  const dice = chance.next();
  const [word, rest] =
    dice < 0.45
      ? (['ack', `${number}`] as const)
      : dice < 0.6
        ? (['unack', `${number}`] as const)
        : dice < 0.75
          ? (['escalate', `#${number} it is still slow`] as const)
          : dice < 0.9
            ? (['page', `#${number} @ben`] as const)
            : (['resolve', `${number} it was the network`] as const);
  const outcome = await toAnyBot(company, () => slack.command(who, '#incidents', `/incident ${word} ${rest}`));
  if (chance.happens(0.2)) await toAnyBot(company, () => outcome.again());
  if (outcome.status !== 200) return `${word} not answered`;
  if (word !== 'ack' && word !== 'resolve') return `${word} answered`;
  if (!answers[word].test(textOf(outcome))) return `${word} refused`;
  model.done.push({ incident: number, by: slackIds[who] ?? '', did: lines[word] });
  return `${word} accepted`;
}
