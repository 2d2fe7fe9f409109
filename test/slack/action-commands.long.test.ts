/** What people type about actions, and what they are answered. */
import { describe, expect, it } from 'vitest';
import { actingEvening, asked, landed, planned, refused, run, runCard, scaled, typed } from './actions.ts';
import { channel } from './runbooks.ts';

describe('/incident do', () => {
  it('asks for an action on the incident’s service, a named one, or, for admins, any workload', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident do restart')).toBe(
      'Run 1-1: Restart Deployment checkout in namespace shop of cluster eu-1. ' +
        'Its plan is being made, and comes in the channel of the incident.',
    );
    expect(await typed(evening, '/incident do restart')).toContain('is under way already, asked by ana.');
    planned(evening);
    expect(await typed(evening, '/incident do scale checkout 6')).toContain('Run 1-2: Scale ');
    expect(await typed(evening, '/incident do restart eu-1/shop/Deployment/other')).toContain('Only admins may');
    expect(await typed(evening, '/incident do restart eu-1/shop/Deployment/other', 'dan')).toContain('Run 1-3: ');
    expect(await typed(evening, '/incident do restart chekout')).toBe(
      '"chekout" is neither a service nor a workload. Did you mean checkout? ' +
        'A workload is written cluster/namespace/kind/name.',
    );
  });

  it('says what is wrong with a number of pods that makes no sense', async () => {
    await using evening = await actingEvening();
    const whole = 'Name a whole number from 0 to 10000.';
    expect(await typed(evening, '/incident do scale -1')).toBe(`-1 is not a number of pods. ${whole}`);
    expect(await typed(evening, '/incident do scale checkout 2.5')).toBe(`2.5 is not a number of pods. ${whole}`);
    expect(await typed(evening, '/incident do scale 1000000000')).toBe(
      `1000000000 is more pods than Vigie ever asks for. ${whole}`,
    );
  });

  it('elsewhere needs the number of the incident', async () => {
    await using evening = await actingEvening();
    const { slack } = evening;
    const without = await slack.command('ana', '#incidents', '/incident do restart');
    expect(without.ephemeral[0]?.text).toMatch(/^Which incident\? .* \/incident do #12 restart$/u);
    const other = await slack.command('ana', '#incidents', '/incident do #7 restart');
    expect(other.ephemeral[0]?.text).toBe('There is no incident 7.');
    await slack.command('ana', '#incidents', '/incident do #1 restart');
    expect(run(evening).order).toEqual({ verb: 'restart' });
  });

  it('is refused to those whose role does not allow it', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident do rollback')).toContain('Only admins may roll a workload back');
    expect(await typed(evening, '/incident do restart', 'eve')).toContain('Only responders may restart');
    expect(await typed(evening, '/incident do restart', 'gil')).toMatch(/^Guests of this workspace/u);
    expect(evening.memory.incident().runs).toEqual({});
  });
});

describe('/incident do diagnose', () => {
  it('looks at the workload and says in the channel what was found', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident do diagnose')).toBe(
      'Deployment checkout in namespace shop of cluster eu-1 is being looked at. What is found comes in the channel of the incident.',
    );
    const target = 'eu-1/shop/Deployment/checkout';
    const by = { id: 'U0ANA', name: 'ana' };
    evening.answer({
      type: 'Diagnosed',
      at: evening.slack.clock.now(),
      target,
      by,
      says: '1 of 4 pods: crash <!channel> loop',
    });
    await evening.perform();
    expect(evening.slack.transcript()).toContain(
      `Diagnosis of ${target}, asked for by ana: 1 of 4 pods: crash <!channel> loop.`,
    );
    evening.slack.assertClean();
  });

  it('is for those whose role allows it, and for workloads of services', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident do diagnose', 'eve')).toContain('Only responders may diagnose a workload');
    expect(await typed(evening, '/incident do diagnose eu-1/shop/Deployment/other')).toContain('Only admins may');
    expect(await typed(evening, '/incident do diagnose chekout')).toContain('Did you mean checkout?');
  });
});

describe('/incident approve', () => {
  it('without a run shows the plan with its button, for one person', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident approve')).toBe('Nothing waits for approval in incident 1.');
    await asked(evening, 'rollback', { who: 'chloe' });
    const { ephemeral } = await evening.slack.command('dan', channel, '/incident approve');
    expect(ephemeral[0]?.text).toContain('Action 1-1, waits for approval');
    await evening.slack.click('dan', channel, ephemeral[0]?.ts ?? '', 'Approve');
    expect(run(evening).stand.is).toBe('running');
    await evening.slack.until(() =>
      JSON.stringify(evening.slack.channel(channel).ephemerals).includes('being sent to the cluster'),
    );
  });

  it('with a run approves its plan', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'rollback', { who: 'chloe' });
    expect(await typed(evening, '/incident approve 1-1', 'ana')).toContain('Only admins may approve an action');
    expect(await typed(evening, '/incident approve 1-9', 'dan')).toBe('There is no run 1-9.');
    expect(await typed(evening, '/incident approve 1-1', 'dan')).toBe(
      'You said yes to run 1-1: Roll back Deployment checkout in namespace shop of cluster eu-1 to the previous version. It is running.',
    );
  });
});

describe('/incident cancel, revert and keep', () => {
  it('do what the buttons do', async () => {
    await using evening = await actingEvening();
    await asked(evening, 'restart');
    expect(await typed(evening, '/incident cancel 1-1')).toContain('Run 1-1 is called off');
    expect(await typed(evening, '/incident cancel 1-1')).toContain("can't be called off any more");
    expect(await typed(evening, '/incident revert 1-1')).toBe('Run 1-1 has moved on. Look at its card.');
    await scaledAgain();
    expect(await typed(evening, '/incident revert 1-2')).toContain('Run 1-3: Scale Deployment checkout');
    expect(await typed(evening, '/incident cancel #1-3')).toContain('called off');
    expect(await typed(evening, '/incident keep 1-2 3d the sale lasts')).toBe(
      'What run 1-2 changed is kept, and yours, for 3 d. Then Vigie asks again.',
    );
    await evening.perform();
    expect(runCard(evening, '1-2').shows).toContain('Kept:');
    async function scaledAgain(): Promise<void> {
      await asked(evening, 'scale 6', { plan: { inverse: { verb: 'scale', to: 3 } } });
      await typed(evening, '/incident approve 1-2');
      landed(evening);
      evening.answer({
        ...{ type: 'RunEnded', at: evening.slack.clock.now(), run: '1-2' },
        ...{ outcome: 'succeeded', says: 'ok', stuck: null },
      });
    }
  });

  it('that can’t be read get the help', async () => {
    await using evening = await actingEvening();
    for (const words of ['cancel', 'keep 1-1', 'keep 1-1 soon why', 'revert it', 'do dance', 'do restart a b c']) {
      expect(await typed(evening, `/incident ${words}`)).toContain('I don\'t know "');
    }
  });

  it('of a change are refused to those who may not resolve', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    expect(await typed(evening, '/incident keep 1-1 1d x', 'eve')).toContain('Only responders may');
    expect(await refused(evening, 'eve', 'Revert')).toContain('Only responders may');
  });
});

describe('/incident automation', () => {
  it('is switched by admins, and everybody hears of it', async () => {
    await using evening = await actingEvening();
    expect(await typed(evening, '/incident automation off', 'ana')).toContain(
      'Only admins may turn automation on or off',
    );
    expect(await typed(evening, '/incident automation off', 'dan')).toBe('Automation is off.');
    await expect
      .poll(() => evening.slack.channel('C0INCIDENTS').messages.at(-1)?.text)
      .toBe('dan turned automation off: nothing runs without a click.');
  });
});
