/** What an action left changed: shown until it is put back or kept; and the pod that keeps a workload from recovering. */
import { describe, expect, it } from 'vitest';
import {
  acting,
  actingEvening,
  asked,
  ended,
  landed,
  planned,
  pressed,
  run,
  runCard,
  scaled,
  typed,
} from './actions.ts';
import { channel } from './runbooks.ts';

describe('what an action left changed', () => {
  it('stands on both cards, and keeps the incident open until it is decided', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    expect(runCard(evening).shows).toContain('Still changed:');
    const { pins, messages } = evening.slack.channel(channel);
    const pinned = messages.find(({ ts }) => ts === pins[0]);
    expect(JSON.stringify(pinned?.blocks)).toContain('Changed: checkout scaled to 6 (run 1-1)');
    const { ephemeral } = await evening.slack.command('ana', channel, '/incident status');
    expect(JSON.stringify(ephemeral[0]?.blocks)).toContain('Changed: checkout scaled to 6 (run 1-1)');
    expect(JSON.stringify(ephemeral[0]?.blocks)).toContain('It can be closed once each change is reverted or kept');
    expect(await typed(evening, '/incident resolve it is over')).toMatch(/^Incident 1 has left this changed: /u);
  });

  it('is put back by a plan of its own, once', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    await pressed(evening, 'ben', 'Revert');
    expect(run(evening)).toMatchObject({ id: '1-2', order: { verb: 'scale', to: 3 }, undoes: '1-1' });
    expect(runCard(evening).shows).toContain('Run 1-2 is to put it back.');
    expect(runCard(evening).shows).not.toContain('vigie.run.revert');
    planned(evening);
    await evening.perform();
    expect(runCard(evening, '1-2').shows).toContain('puts back what run 1-1 changed');
    await evening.slack.click('ben', channel, 'newest', 'Run it');
    landed(evening);
    ended(evening, 'succeeded', 'back at 3.');
    await evening.perform();
    expect(runCard(evening).shows).toContain('Put back by run 1-2.');
    expect(runCard(evening).shows).not.toContain('vigie.buttons');
    expect(await typed(evening, '/incident resolve it is over')).toBe('Incident 1 is closed.');
    evening.slack.assertClean();
    expect(evening.faults).toEqual([]);
  });

  it('can be put back again after that was called off', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    await pressed(evening, 'ben', 'Revert');
    await evening.perform();
    await evening.slack.click('ben', channel, 'newest', 'Call off');
    await evening.perform();
    expect(runCard(evening).shows).toContain('vigie.run.revert');
    await pressed(evening, 'ben', 'Revert');
    expect(run(evening)).toMatchObject({ id: '1-3', undoes: '1-1' });
  });

  it('pressed twice at once is asked for once', async () => {
    await using evening = await actingEvening();
    await scaled(evening);
    const outcome = await evening.slack.click('ben', channel, 'newest', 'Revert');
    await outcome.again();
    expect(outcome.ephemeral).toEqual([]);
    expect(Object.keys(evening.memory.incident().runs)).toEqual(['1-1', '1-2']);
  });
});

describe('a pod that is stuck', () => {
  it('is offered to be deleted, by a plan that others must agree to', async () => {
    const [checkout] = acting.services;
    if (checkout === undefined) throw new Error('there is no service');
    const target = { cluster: 'eu-1', namespace: 'shop', kind: 'StatefulSet', name: 'db' } as const;
    await using evening = await actingEvening({ rules: { ...acting, services: [{ ...checkout, target }] } });
    await asked(evening, 'restart', { who: 'chloe' });
    await evening.slack.click('chloe', channel, 'newest', 'Run it');
    landed(evening);
    ended(evening, 'failed', 'db-0 does not start.', 'db-0');
    await evening.perform();
    expect(runCard(evening).shows).toContain('Delete pod db-0 of StatefulSet db in namespace shop of cluster eu-1?');
    await pressed(evening, 'chloe', 'Delete the stuck pod');
    expect(run(evening)).toMatchObject({ id: '1-2', order: { verb: 'delete-pod', pod: 'db-0' } });
    expect(runCard(evening).shows).not.toContain('vigie.run.delete-pod');
  });
});
