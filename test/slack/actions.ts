/** An evening with actions: who may do what, what the worker answers, and what people see of a run. */
import { expect } from 'vitest';
import { shippedService } from '../../src/access/rules.ts';
import type { AccessRules } from '../../src/access/rules.ts';
import { shippedAccess } from '../../src/access/rules.ts';
import type { Order, Plan, RunOutcome } from '../../src/action/action.ts';
import type { Run } from '../../src/action/run.ts';
import type { Rules } from '../../src/incident/rules.ts';
import type { SlackOptions } from '../../sandbox/slack/server.ts';
import { defaultSeed } from '../../sandbox/slack/workspace/seed.ts';
import type { UserSeed } from '../../sandbox/slack/workspace/seed.ts';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';
import { channel, followed } from './runbooks.ts';

/** Everyone looks; engineers respond; Chloé and Fay are admins by group, Dan is one by his address. */
const access: AccessRules = {
  ...shippedAccess,
  roles: {
    viewer: 'everyone',
    responder: { groups: ['S0ENG'], ids: [], emails: [] },
    admin: { groups: ['S0SRE'], ids: [], emails: ['dan@example.com'] },
  },
};

/** Rules in which checkout is a workload of production, so that a rollback needs another person. */
export const acting: Rules = {
  ...followed,
  access,
  services: followed.services.map((service) => ({
    ...service,
    ...shippedService,
    environment: 'production',
    target: { cluster: 'eu-1', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
  })),
};

const more: readonly UserSeed[] = [
  { id: 'U0DAN', name: 'dan', realName: 'Dan Dumas', email: 'Dan@example.com', kind: 'person' },
  { id: 'U0FAY', name: 'fay', realName: 'Fay Fournier', email: 'fay@example.com', kind: 'person' },
  { id: 'U0EVE', name: 'eve', realName: 'Eve Viewer', email: 'eve@example.com', kind: 'person' },
  { id: 'U0GIL', name: 'gil', realName: 'Gil Guest', kind: 'guest' },
  { id: 'U0SAM', name: 'sam', realName: 'Sam Stranger', kind: 'person', team: 'T0OTHER' },
];

/** A workspace with these people, all of them in the channels that there are. */
export const staffed: SlackOptions['seed'] = {
  users: [...defaultSeed.users, ...more],
  userGroups: [
    ...defaultSeed.userGroups,
    { id: 'S0ENG', handle: 'eng', name: 'Engineers', users: ['U0ANA', 'U0BEN'] },
    { id: 'S0SRE', handle: 'sre', name: 'SRE', users: ['U0CHLOE', 'U0FAY'] },
  ],
  channels: defaultSeed.channels.map((each) => ({ ...each, members: [...each.members, ...more.map(({ id }) => id)] })),
};

/** An evening on which the alert fires and everybody is in the incident's channel. */
export async function actingEvening(options: EveningOptions = {}): Promise<Evening> {
  const evening = await startEvening({ rules: acting, slack: { seed: staffed ?? {} }, ...options });
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  for (const who of ['ana', 'ben', 'chloe', 'dan', 'eve', 'fay', 'gil', 'sam']) evening.slack.join(who, channel);
  return evening;
}

/** Types a command in the incident's channel and gives the answer as text. */
export async function typed({ slack }: Evening, line: string, who = 'ana'): Promise<string> {
  const { ephemeral, status } = await slack.command(who, channel, line);
  expect(status).toBe(200);
  return ephemeral.map(({ text }) => text).join('\n');
}

/** The newest run of the incident. */
export function run({ memory }: Evening): Run {
  const found = Object.values(memory.incident().runs).at(-1);
  if (found === undefined) throw new Error('nothing was asked for');
  return found;
}

/** The card of a run, as people see it; there is one. */
export function runCard(
  { slack }: Evening,
  id = '1-1',
): { readonly text: string; readonly shows: string; readonly ts: string; readonly edits: number } {
  const found = slack.channel(channel).messages.filter(({ text }) => text.startsWith(`Action ${id},`));
  expect(found).toHaveLength(1);
  const [message] = found;
  const { text = '', ts = '', edits = 0 } = message ?? {};
  return { text, shows: JSON.stringify(message?.blocks), ts, edits };
}

/** The worker makes the plan of the newest run. */
export function planned(evening: Evening, given: Partial<Plan> = {}): void {
  const { id, target, order } = run(evening);
  const at = evening.slack.clock.now();
  const plan: Plan = {
    ...{ target, order, at, uid: 'u', generation: 1, templateHash: 't', replicas: 3, paused: false, pinned: null },
    ...{ deployedAt: at - 600_000, object: null, notes: [], warnings: [], inverse: null, digest: 'd'.repeat(64) },
    differences: [{ what: 'image of app', from: 'shop/checkout:1.4.2', to: 'shop/checkout:1.4.1' }],
    ...given,
  };
  evening.answer({ type: 'PlanMade', at, run: id, plan });
}

const mark = { uid: 'u', generation: 2, templateHash: 't2', serverTime: 0 };

/** The deed of the newest run landed. */
export const landed = (evening: Evening): void =>
  evening.answer({ type: 'ActionLanded', at: evening.slack.clock.now(), run: run(evening).id, mark, says: 'patched' });

/** The rollout of the newest run is so far. */
export const moved = (evening: Evening, done: number, total: number, says = ''): void =>
  evening.answer({
    ...{ type: 'RolloutMoved', at: evening.slack.clock.now(), run: run(evening).id, mark },
    progress: { state: 'progressing', done, total, says },
  });

/** The newest run ended like this. */
export const ended = (evening: Evening, outcome: RunOutcome, says: string, stuck: string | null = null): void =>
  evening.answer({ type: 'RunEnded', at: evening.slack.clock.now(), run: run(evening).id, outcome, says, stuck });

/** Somebody asks, the plan is made, and its card is drawn. */
export async function asked(
  evening: Evening,
  words: string,
  given: { readonly who?: string; readonly plan?: Partial<Plan> } = {},
): Promise<void> {
  expect(await typed(evening, `/incident do ${words}`, given.who)).toContain('Its plan is being made');
  planned(evening, given.plan);
  await evening.perform();
}

/** Everything went well with a scaling to six: it is done, and can be put back. */
export async function scaled(evening: Evening): Promise<void> {
  const inverse: Order = { verb: 'scale', to: 3 };
  await asked(evening, 'scale 6', { plan: { inverse } });
  await evening.slack.click('ana', channel, 'newest', 'Run it');
  landed(evening);
  ended(evening, 'succeeded', '6 of 6 pods are new and available.');
  await evening.perform();
}

/** Presses a button of the newest message that shows it, and gives what only this person was told. */
export async function refused(evening: Evening, who: string, label: string): Promise<string> {
  const outcome = await evening.slack.click(who, channel, 'newest', label);
  return (await evening.slack.until(() => outcome.ephemeral[0])).text;
}

/** Presses a button and waits until the card of the run is drawn again. */
export async function pressed(evening: Evening, who: string, label: string, id = '1-1'): Promise<void> {
  const { edits } = runCard(evening, id);
  await evening.slack.click(who, channel, 'newest', label);
  await evening.slack.until(() => runCard(evening, id).edits > edits);
}
