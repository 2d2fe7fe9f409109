/** Walking a runbook in Slack: one card that lives, and presses that are recorded once. */
import { describe, expect, it } from 'vitest';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Evening } from './evening.ts';
import { ended, landed, moved, planned } from './actions.ts';
import { card, channel, followed, press, pressed, stand, step, told, walking } from './runbooks.ts';

const checked = (evening: Evening, passed: boolean, says: string): void =>
  evening.answer({
    type: 'CheckAnswered',
    at: evening.slack.clock.now(),
    visit: 2,
    attempt: 1,
    of: 'step',
    passed,
    says,
  });

describe('the runbook card', () => {
  it('shows the step at hand with its instruction, what comes next, and how far one is', async () => {
    await using evening = await walking();
    const { shows } = card(evening);
    expect(shows).toContain('Look at checkout');
    expect(shows).toContain('step 1 of 5');
    expect(shows).toContain('"text":"checkout","style":{"bold":true}');
    expect(shows).toContain('"url":"https://board.example/shop"');
    expect(shows).toContain('{"type":"text","text":"Next: "},{"type":"text","text":"Does it answer?"}');
    evening.slack.assertClean();
  });

  it('is one message all its life: from the first press to the last answer', async () => {
    await using evening = await walking();
    await pressed(evening, 'Done');
    expect(step(evening)).toBe('health');
    expect(card(evening).shows).toContain('GET https://checkout.example/health');
    await pressed(evening, 'Run');
    expect(card(evening).shows).toContain('Running since ');
    expect(card(evening).shows).not.toContain('vigie.step.run');
    checked(evening, true, 'GET https://checkout.example/health answered 200');
    await evening.perform();
    expect(card(evening).shows).toContain('Last check, “');
    expect(card(evening).shows).toContain('answered 200');
    await pressed(evening, 'No');
    expect(card(evening).shows).toContain('at its end: 3 done in ');
    expect(card(evening).shows).not.toContain('vigie.buttons');
    await evening.perform();
    evening.slack.assertClean();
    expect(evening.faults).toEqual([]);
  });

  it('shows how the step went before, and is drawn without that when it can’t be looked up', async () => {
    const known = { runbook: 'service-unreachable', step: 'look', title: 'Look', kind: 'instruction' } as const;
    const stats = { ...known, runs: 9, failed: 1, helped: 7, median: 120_000 };
    await using evening = await walking();
    const read = { incident: async () => undefined, incidentOfChannel: async () => undefined };
    const others = { channelOf: async () => undefined, list: async () => [] };
    await using knowing = await walking({ parts: { read: { ...read, ...others, statsOf: async () => [stats] } } });
    expect(card(knowing).shows).toContain('worked 7 of 9 times, median 2 min');
    const away = async () => Promise.reject(new Error('the database is away'));
    await using without = await walking({ parts: { read: { ...read, ...others, statsOf: away } } });
    expect(card(without).shows).toContain('Look at checkout');
    expect(without.faults).toEqual([]);
    expect(card(evening).shows).not.toContain('worked');
  });

  it('has no buttons any more when the incident is closed', async () => {
    await using evening = await walking();
    await evening.slack.command('ana', '#incidents', '/incident resolve 1 all is well');
    await evening.perform();
    expect(card(evening).shows).toContain('The incident was closed at step 1 of 5');
    expect(card(evening).shows).not.toContain('vigie.step');
  });

  it('offers no button for what this Vigie can’t do, and says so', async () => {
    await using evening = await walking({ rules: { ...followed, ...onlyTalks } });
    await evening.slack.command('ana', '#incidents', '/incident step done #1');
    await evening.slack.command('ana', '#incidents', '/incident step skip #1 no');
    await evening.perform();
    await pressed(evening, 'Yes');
    expect(step(evening)).toBe('restart');
    expect(card(evening).shows).toContain("No cluster is configured, so Vigie can't restart anything.");
    expect(card(evening).shows).not.toContain('vigie.step.run');
    expect(card(evening).shows).toContain('vigie.step.skip');
  });

  it('names the workload before it is changed', async () => {
    await using evening = await walking();
    for (const words of ['step done #1', 'step skip #1 no']) {
      await evening.slack.command('ana', '#incidents', `/incident ${words}`);
    }
    await evening.perform();
    await pressed(evening, 'Yes');
    expect(card(evening).shows).toContain('"text":"Restart Deployment checkout in namespace shop of cluster eu-1?"');
    expect(card(evening).shows).toContain('"text":"eu-1/shop/Deployment/checkout","style":{"code":true}');
    await pressed(evening, 'Run');
    expect(stand(evening)).toBe('running');
    await evening.perform();
    planned(evening);
    await evening.perform();
    expect(card(evening).shows).toContain('Its plan waits for a confirmation below (run 1-1)');
    await evening.slack.click('ana', channel, 'newest', 'Run it');
    landed(evening);
    await evening.perform();
    moved(evening, 3, 6);
    await evening.perform();
    expect(card(evening).shows).toContain('3 of 6 pods, rolling out');
    ended(evening, 'failed', 'the rollout <!channel> did not finish');
    await evening.perform();
    expect(card(evening).shows).toContain('the rollout <!channel> did not finish');
    await pressed(evening, 'Retry');
    expect(stand(evening)).toBe('running');
    expect(card(evening).shows).toContain('step 4 of 5, 2nd time');
  });
});

describe('a press at a step', () => {
  it('of two people is recorded for the first, and the second is told who was faster', async () => {
    await using evening = await walking();
    evening.slack.join('ben', channel);
    const { ts } = card(evening);
    const outcomes = await Promise.all([
      evening.slack.click('ana', channel, ts, 'Done'),
      evening.slack.click('ben', channel, ts, 'Done'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
    const winner = evening.memory.incident().walk?.past[0]?.by.name;
    const late = winner === 'ana' ? outcomes[1] : outcomes[0];
    expect(await told(evening, late)).toBe(`${winner} finished "Look at checkout" already.`);
    expect(evening.memory.incident().walk?.visits).toBe(2);
    evening.slack.assertClean();
  });

  it('delivered twice is recorded once, and is named after the visit', async () => {
    const causes: string[] = [];
    await using evening = await walking({
      record: (usual) => (deed, number, cause, actor) => {
        causes.push(cause);
        return usual(deed, number, cause, actor);
      },
    });
    const outcome = await press(evening, 'Done');
    await outcome.again();
    expect(causes).toEqual(['step:1:1:done:U0ANA', 'step:1:1:done:U0ANA']);
    expect(evening.memory.incident().walk?.visits).toBe(2);
  });

  it('that is stale is refused with a sentence, and the button goes', async () => {
    await using evening = await walking();
    const at = evening.slack.clock.now();
    evening.memory.record(1, { type: 'StepDone', at, by: { id: 'U0BEN', name: 'ben' }, visit: 1, note: '' });
    expect(await told(evening, await press(evening, 'Done'))).toBe('ben finished "Look at checkout" already.');
    await evening.slack.until(() => !card(evening).shows.includes('vigie.step.done'));
    expect(card(evening).shows).toContain('Does it answer?');
  });

  it('on a step whose proof failed is another one than the first', async () => {
    const [look, ...rest] = followed.runbooks[0]?.steps ?? [];
    const proved = { rollout: null, alertClears: 60_000, check: null };
    const runbooks = followed.runbooks.map((book) =>
      look === undefined ? book : { ...book, steps: [{ ...look, verify: proved }, ...rest] },
    );
    await using evening = await walking({ rules: { ...followed, runbooks } });
    await pressed(evening, 'Done');
    expect(card(evening).shows).toContain('The alerts must clear until ');
    await evening.wait(61_000);
    await evening.perform();
    expect(stand(evening)).toBe('failed');
    await pressed(evening, 'Done');
    expect(stand(evening)).toBe('verifying');
  });

  it('of an answer beyond the fifth is made in a menu', async () => {
    const options = Array.from({ length: 7 }, (_, index) => ({
      label: `Cause ${index}`,
      next: { to: 'end' } as const,
    }));
    const [book] = followed.runbooks;
    const [first] = book?.steps ?? [];
    if (book === undefined || first === undefined) throw new Error('there is no runbook');
    const steps = [{ ...first, does: { kind: 'decision', question: 'Why?', options } as const }];
    await using evening = await walking({ rules: { ...followed, runbooks: [{ ...book, steps }] } });
    await evening.slack.selectOption('ana', channel, 'newest', 'vigie.step.answer', 'Cause 6');
    await evening.slack.until(() => step(evening) === 'over');
    expect(evening.memory.incident().walk?.past[0]).toMatchObject({ result: 'done', says: 'Cause 6' });
  });
});

it('a step that a runbook gives to a user group calls the group', async () => {
  const runbooks = followed.runbooks.map((book) => ({
    ...book,
    steps: book.steps.map((each, index) => (index === 0 ? { ...each, assign: 'S0ONCALL' } : each)),
  }));
  await using evening = await walking({ rules: { ...followed, runbooks } });
  expect(card(evening).shows).toContain('{"type":"usergroup","usergroup_id":"S0ONCALL"}');
  const note = evening.slack.newest(channel);
  expect(note.text).toBe('<!subteam^S0ONCALL>, "Look at checkout" is yours (asked by Vigie).');
  evening.slack.assertClean();
});
