/** Actions on workloads in Slack: asked for, planned, approved, watched and put back, on one card each. */
import { describe, expect, it, vi } from 'vitest';
import {
  actingEvening,
  asked,
  ended,
  landed,
  moved,
  planned,
  pressed,
  refused,
  run,
  runCard,
  typed,
} from './actions.ts';
import type { Evening } from './evening.ts';
import { card, channel } from './runbooks.ts';

const is = (evening: Evening): string => run(evening).stand.is;

describe('the card of an action', () => {
  it('is one message from the plan to the outcome', async () => {
    await using evening = await actingEvening();
    await typed(evening, '/incident do scale 6');
    await evening.perform();
    expect(runCard(evening).shows).toContain('Scale checkout to 6 replicas');
    expect(runCard(evening).shows).toContain('Deployment checkout in namespace shop of cluster eu-1');
    expect(runCard(evening).shows).toContain('The plan is being made');
    planned(evening, {
      differences: [{ what: 'replicas', from: '3', to: '6' }],
      notes: ['Nothing else <!channel> changes.'],
      warnings: [{ text: 'The HPA checkout scales it between 2 and 10.', blocks: false }],
    });
    await evening.perform();
    const { shows } = runCard(evening);
    expect(shows).toContain('"text":"replicas","style":{"bold":true}');
    expect(shows).toContain('Nothing else <!channel> changes.');
    expect(shows).toContain('The HPA checkout scales it between 2 and 10.');
    expect(shows).toContain('a confirmation is enough');
    expect(shows).toContain('Scale Deployment checkout in namespace shop of cluster eu-1 to 6 replicas?');
    await pressed(evening, 'ana', 'Run it');
    expect(runCard(evening).shows).toContain('being sent to the cluster');
    expect(runCard(evening).shows).not.toContain('vigie.buttons');
    landed(evening);
    moved(evening, 3, 6, 'two pods wait for a node');
    await evening.perform();
    expect(runCard(evening).shows).toContain('3 of 6 pods, rolling out');
    expect(runCard(evening).shows).toContain('two pods wait for a node');
    ended(evening, 'succeeded', '6 of 6 pods are new and available.');
    await evening.perform();
    expect(runCard(evening).text).toBe('Action 1-1, succeeded: Scale checkout to 6 replicas');
    evening.slack.assertClean();
    expect(evening.faults).toEqual([]);
  });

  it.each([
    ['failed', 'It did not work.'],
    ['superseded', 'It is not watched any more.'],
    ['drifted', 'no longer what the plan was made for'],
    ['expired', 'Not done.'],
    ['unknown', 'A person must look at the workload'],
  ] as const)('says in words that a run %s', async (outcome, says) => {
    await using evening = await actingEvening();
    await asked(evening, 'restart');
    await evening.slack.click('ana', channel, 'newest', 'Run it');
    ended(evening, outcome, 'this is <!channel> why');
    await evening.perform();
    expect(runCard(evening).shows).toContain(says);
    expect(runCard(evening).shows).toContain('this is <!channel> why');
    evening.slack.assertClean();
  });

  it('says that a plan was refused, lapsed, or called off', async () => {
    await using evening = await actingEvening();
    await typed(evening, '/incident do restart');
    evening.answer({ type: 'PlanRefused', at: evening.slack.clock.now(), run: '1-1', says: 'checkout is gone.' });
    await evening.perform();
    expect(runCard(evening).text).toContain('refused, not done');
    expect(runCard(evening).shows).toContain('checkout is gone.');
    await asked(evening, 'restart');
    await evening.wait(11 * 60_000);
    await evening.perform();
    expect(runCard(evening, '1-2').text).toContain('expired, not done');
    await asked(evening, 'restart');
    await pressed(evening, 'ben', 'Call off', '1-3');
    expect(runCard(evening, '1-3').shows).toContain('ben called it off.');
    expect(runCard(evening, '1-3').shows).not.toContain('vigie.buttons');
  });

  it('loses its buttons when the incident is closed', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'restart');
    expect(runCard(evening).shows).toContain('vigie.run.approve');
    await typed(evening, '/incident resolve all is well');
    await evening.perform();
    expect(runCard(evening).shows).not.toContain('vigie.buttons');
  });

  it('is followed by the step that it serves', async () => {
    await using evening = await actingEvening();
    for (const words of ['step done', 'step skip no']) await typed(evening, `/incident ${words}`);
    await evening.perform();
    await evening.slack.click('ana', channel, 'newest', 'Yes');
    await evening.perform();
    await evening.slack.click('ana', channel, 'newest', 'Run');
    await evening.perform();
    expect(card(evening).shows).toContain('Its plan is being made (run 1-1)');
    planned(evening);
    await evening.perform();
    expect(card(evening).shows).toContain('Its plan waits for a confirmation below (run 1-1)');
    await evening.slack.click('ana', channel, 'newest', 'Run it');
    await evening.perform();
    expect(card(evening).shows).toContain('being sent to the cluster (run 1-1)');
    landed(evening);
    moved(evening, 1, 3);
    await evening.perform();
    expect(card(evening).shows).toContain('1 of 3 pods');
    expect(evening.faults).toEqual([]);
  });
});

describe('an approval', () => {
  it('is another person’s, whose role allows it', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'rollback', { who: 'chloe' });
    expect(runCard(evening).shows).toContain('1 other person must agree to exactly this plan');
    expect(await refused(evening, 'chloe', 'Approve')).toContain("your own approval doesn't count");
    expect(await refused(evening, 'ana', 'Approve')).toBe(
      'Only admins may approve an action, and you are a responder. Ask an admin.',
    );
    expect(is(evening)).toBe('planned');
    // Dan is an admin by his address, which Slack writes with a capital letter.
    await pressed(evening, 'dan', 'Approve');
    expect(is(evening)).toBe('running');
    evening.slack.assertClean();
  });

  it('of two people at once is recorded for the first, and one deed follows', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'rollback', { who: 'chloe' });
    const { ts } = runCard(evening);
    const outcomes = await Promise.all(['dan', 'fay'].map((who) => evening.slack.click(who, channel, ts, 'Approve')));
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
    const late = await evening.slack.until(() => outcomes.flatMap(({ ephemeral }) => ephemeral)[0]);
    expect(late.text).toMatch(/waits for no approval\.$/u);
    expect(evening.memory.lines.filter(({ type }) => type === 'ActionBegun')).toHaveLength(1);
  });

  it('delivered twice is recorded once, and names the plan', async () => {
    const causes: string[] = [];
    await using evening = await actingEvening({
      record: (usual) => (deed, number, cause, actor) => {
        causes.push(cause);
        return usual(deed, number, cause, actor);
      },
    });
    await asked(evening, 'rollback', { who: 'chloe' });
    const outcome = await evening.slack.click('dan', channel, 'newest', 'Approve');
    await outcome.again();
    expect(causes.slice(-2)).toEqual(Array(2).fill(`run:1-1:approve:${'d'.repeat(64)}:U0DAN`));
    expect(evening.memory.lines.filter(({ type }) => type === 'ActionApproved')).toHaveLength(1);
    expect(outcome.ephemeral).toEqual([]);
  });

  it('of a plan that is no longer the one that was shown is refused', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'rollback', { who: 'chloe' });
    const value = `v1:1-1:approve:${'0'.repeat(64)}`;
    const { ts } = runCard(evening);
    const id = evening.slack.channel(channel).id;
    const status = await evening.send({
      ...{ type: 'block_actions', user: { id: 'U0DAN', name: 'dan', team_id: 'T0SANDBOX' } },
      ...{ team: { id: 'T0SANDBOX', domain: 'sandbox' }, trigger_id: '1.2.x' },
      container: { type: 'message', message_ts: ts, channel_id: id },
      actions: [{ type: 'button', action_id: 'vigie.run.approve', block_id: 'vigie.buttons', value }],
    });
    expect(status).toBe(200);
    await vi.waitFor(() => expect(evening.heard.length).toBeGreaterThan(0));
    expect(JSON.stringify(evening.heard[0])).toContain('The plan has changed since you were shown it.');
    expect(is(evening)).toBe('planned');
  });

  it('of somebody without a role, a guest, a stranger or nobody at all is refused with a sentence', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'restart');
    expect(await refused(evening, 'eve', 'Run it')).toBe(
      'Only responders may restart a workload, and you are a viewer. Ask a responder.',
    );
    expect(await refused(evening, 'gil', 'Run it')).toMatch(/^Guests of this workspace can't act on incidents/u);
    expect(await refused(evening, 'sam', 'Run it')).toMatch(/^You belong to another workspace/u);
    expect(await refused(evening, 'eve', 'Call off')).toContain('Only responders may');
    expect(is(evening)).toBe('planned');
  });
});
