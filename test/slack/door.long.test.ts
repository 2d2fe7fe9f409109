/** The door to Slack: what is let in, and how Vigie starts and stops whatever Slack does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSlack } from '../../sandbox/slack/server.ts';
import { alertAt, startEvening } from './evening.ts';

describe('a request', () => {
  it('with a wrong or missing signature, or too old, is refused', async () => {
    await using evening = await startEvening();
    for (const forge of [{ signature: 'wrong' }, { signature: 'missing' }, { timestampOffset: -400 }] as const) {
      const { status } = await evening.slack.command('ana', '#incidents', '/incident list', { forge });
      expect(status).toBe(401);
    }
  });

  it('from more than a minute ahead is refused, although its signature is right', async () => {
    await using evening = await startEvening();
    const ahead = (timestampOffset: number) =>
      evening.slack.command('ana', '#incidents', '/incident list', { forge: { timestampOffset } });
    expect((await ahead(120)).status).toBe(401);
    expect((await ahead(30)).status).toBe(200);
  });

  it('to another route of the same server keeps its own parser', async () => {
    await using evening = await startEvening();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${evening.address}/json`, { method: 'POST', headers, body: '{"a":1}' });
    expect(await answer.json()).toEqual({ a: 1 });
  });
});

describe('starting', () => {
  it('works while Slack is down; once Slack has told who we are, the next start knows it', async () => {
    const facts = new Map<string, string>();
    const memory = {
      recall: async (name: string) => facts.get(name),
      keep: async (n: string, v: string) => void facts.set(n, v),
    };
    await using away = await startSlack();
    away.fault({ method: 'auth.test', times: 100, fault: 'reset' });
    await using first = await startEvening({ parts: memory });
    expect([...facts.keys()]).toEqual(['slack.identity']);

    const started = performance.now();
    const down = { api: away.url, botToken: { reveal: () => 'xoxb-sandbox' }, announce: 'C0INCIDENTS', people: {} };
    const settings = {
      ...down,
      mode: 'http' as const,
      signingSecret: { reveal: () => first.slack.seed.signingSecret },
    };
    await using second = await startEvening({ parts: { ...memory, settings } });
    expect(performance.now() - started).toBeLessThan(3500);
    const { body } = await second.slack.command('ana', '#incidents', '/incident list');
    expect(body).toContain('No open incidents.');
  });

  it('for the very first time without Slack tells people that nothing was recorded', async () => {
    await using evening = await startEvening({
      parts: {
        recall: async () => undefined,
        keep: async () => {
          throw new Error('no memory');
        },
      },
      slack: { seed: { tokens: [] } },
    });
    const { body } = await evening.slack.command('ana', '#incidents', '/incident declare db is down');
    expect(body).toContain('Not recorded');
    expect(evening.memory.incidents()).toEqual([]);
  });
});

describe('stopping', () => {
  it('waits for what runs, but not longer than it was told to', async () => {
    const { promise: asked, resolve: goOn } = Promise.withResolvers<void>();
    await using evening = await startEvening({
      record:
        (usual) =>
        async (...deed) => {
          await asked;
          return usual(...deed);
        },
    });
    evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
    await evening.perform();
    const pressed = evening.slack.click('ana', '#incidents', 'newest', 'Acknowledge');
    await sleep(50);
    const early = performance.now();
    await evening.room.stop(100);
    expect(performance.now() - early).toBeLessThan(500);
    const stopped = evening.room.stop(5000).then(() => evening.slack.newest('#incidents').edits);
    goOn();
    expect((await pressed).status).toBe(200);
    expect(await stopped).toBe(2);
  });
});

it('over a socket, the same evening works', async () => {
  await using evening = await startEvening({ mode: 'socket' });
  const { slack } = evening;
  await slack.until(() => slack.state().sockets > 0);
  evening.report([alertAt(slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  await slack.click('ana', '#incidents', 'newest', 'Acknowledge');
  await slack.until(() => JSON.stringify(slack.newest('#incidents').blocks).includes('held by'));
  expect(evening.memory.incident().human).toMatchObject({ is: 'acknowledged', by: { id: 'U0ANA' } });
  slack.assertClean();
});
