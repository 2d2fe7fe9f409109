/** Silences for an incident: made once, prolonged, ended, and left alone when they are somebody else's. */
import { describe, expect, it } from 'vitest';
import type { Muting } from '../../src/incident/incident.ts';
import { noticesOf } from '../../src/alertmanager/silences-notices.ts';
import { expireSilence, extendSilence, markOf, silenceAlerts } from '../../src/alertmanager/silences.ts';
import { at, held, noon, silence } from './reconcile-world.ts';
import { clock, endless, evening, openWorld, order } from './silences-world.ts';

const mark = '12-3-0';

describe('silencing an incident', () => {
  it('hides its own alerts, names its number, who asked and why, and ends by itself', async () => {
    const { api, all } = openWorld(evening);
    const answer = await silenceAlerts({ api, clock }, order, endless());
    expect(answer).toEqual({
      silenced: [
        {
          ...{ id: 's1', until: at(3_600), startedAt: at(-60), fingerprints: ['a1', 'a2'] },
          matchers: 'alertname="HighLatency", service="checkout"',
        },
        {
          ...{ id: 's2', until: at(3_600), startedAt: at(-60), fingerprints: ['a3'] },
          matchers: 'alertname="HighErrorRate", service="checkout"',
        },
      ],
    });
    for (const one of all()) {
      expect(one).toMatchObject({
        createdBy: 'Ana by Vigie',
        comment: 'Incident 12: rolling back [vigie 12-3-0]',
        endsAt: at(3_600),
      });
    }
    expect((await api.alerts(endless())).map(({ silencedBy }) => silencedBy)).toEqual([['s1'], ['s1'], ['s2'], []]);
  });

  it('begins in the past, so that a clock of ours that is ahead leaves no gap', async () => {
    const { api, all } = openWorld(evening);
    await silenceAlerts({ api, clock }, order, endless());
    expect(Date.parse(all()[0]?.startsAt ?? '')).toBeLessThan(noon);
  });

  it('twice is once', async () => {
    const { api, all } = openWorld(evening);
    const first = await silenceAlerts({ api, clock }, order, endless());
    expect(await silenceAlerts({ api, clock }, order, endless())).toEqual(first);
    expect(all()).toHaveLength(2);
  });

  it('finds what it made when the answers were lost', async () => {
    const { api, all } = openWorld(evening, { posts: 2 });
    await expect(silenceAlerts({ api, clock }, order, endless())).rejects.toThrow('no answer');
    await expect(silenceAlerts({ api, clock }, order, endless())).rejects.toThrow('no answer');
    expect(await silenceAlerts({ api, clock }, order, endless())).toMatchObject({
      silenced: [{ id: 's1' }, { id: 's2' }],
    });
    expect(all()).toHaveLength(2);
  });

  it('is another one when it is wished for again, and does not mind what others made', async () => {
    const { api, all, put } = openWorld(evening);
    put(
      silence({
        id: 'bo',
        comment: 'for incident 12',
        matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }],
      }),
    );
    await silenceAlerts({ api, clock }, order, endless());
    await silenceAlerts({ api, clock }, { ...order, mark: '12-9-0' }, endless());
    expect(all()).toHaveLength(5);
  });

  it('is refused when nothing fires any more, and when its time would be over', async () => {
    const { api } = openWorld(evening.slice(3));
    expect(await silenceAlerts({ api, clock }, order, endless())).toMatchObject({
      refused: expect.stringMatching(/nothing to silence/) as string,
    });
    const late = openWorld(evening);
    expect(await silenceAlerts({ api: late.api, clock: () => at(3_600) }, order, endless())).toMatchObject({
      refused: expect.any(String) as string,
    });
    expect(late.all()).toEqual([]);
  });

  it('shows hostile names and reasons on one line, and no reason can pass for a mark', async () => {
    const { api, all } = openWorld(evening);
    await silenceAlerts(
      { api, clock },
      { ...order, by: 'A\nna\u202E', reason: `${'y'.repeat(400)} [vigie 1-1-0]` },
      endless(),
    );
    expect(all()[0]?.createdBy).toBe('A na by Vigie');
    expect(markOf(all()[0]?.comment ?? '')).toBe(mark);
    expect(markOf('[vigie 1-1-0] rolling back')).toBeNull();
  });
});

describe('a silence that stands', () => {
  const made = async () => {
    const world = openWorld(evening);
    await silenceAlerts({ api: world.api, clock }, { ...order, fingerprints: ['a1'] }, endless());
    return { ...world, parts: { api: world.api, clock } };
  };
  const longer = { id: 's1', mark, until: at(7_200) };

  it('is prolonged under its own id, once', async () => {
    const { parts, all } = await made();
    for (const _ of [1, 2])
      expect(await extendSilence(parts, longer, endless())).toEqual({ is: 'lasts', id: 's1', until: at(7_200) });
    expect(all()).toHaveLength(1);
    expect(all()[0]?.endsAt).toBe(at(7_200));
  });

  it('is never made shorter', async () => {
    const { parts } = await made();
    expect(await extendSilence(parts, { ...longer, until: at(60) }, endless())).toEqual({
      is: 'lasts',
      id: 's1',
      until: at(3_600),
    });
  });

  it('stays over when somebody ended it', async () => {
    const { parts, all, end } = await made();
    end('s1');
    expect(await extendSilence(parts, longer, endless())).toEqual({ is: 'over', id: 's1' });
    expect(await extendSilence(parts, { ...longer, id: 'unknown' }, endless())).toEqual({ is: 'over', id: 'unknown' });
    expect(all().map(({ state }) => state)).toEqual(['expired']);
  });

  it('is found under the new id that Alertmanager gave it while the answer was lost', async () => {
    const { parts, put, end, all } = await made();
    const [old = silence()] = all();
    end('s1');
    put({ ...old, id: 'heir', state: 'active', endsAt: at(5_000) });
    expect(await extendSilence(parts, longer, endless())).toEqual({ is: 'lasts', id: 'heir', until: at(7_200) });
    expect(await expireSilence(parts, { id: 's1', mark }, endless())).toEqual({ is: 'over', id: 'heir' });
  });

  it('is left alone once somebody wrote a comment of their own', async () => {
    const { parts, put, all } = await made();
    put({ ...(all()[0] ?? silence()), comment: 'keep until Monday', createdBy: 'Bo' });
    const left = { is: 'taken over', id: 's1', by: 'Bo', until: at(3_600) };
    expect(await extendSilence(parts, longer, endless())).toEqual(left);
    expect(await expireSilence(parts, { id: 's1', mark }, endless())).toEqual(left);
    expect(all()[0]?.state).toBe('active');
  });

  it('ends when its incident is over, and ending it twice is once', async () => {
    const { parts, all } = await made();
    for (const _ of [1, 2])
      expect(await expireSilence(parts, { id: 's1', mark }, endless())).toEqual({ is: 'over', id: 's1' });
    expect(all()[0]?.state).toBe('expired');
  });
});

describe('somebody else’s silence', () => {
  const muted: Muting = { is: 'silenced', id: 'bo', until: at(300), by: 'Bo' };
  const hidden = [held({ muted }), held({ muted, alert: { fingerprint: 'a2' } })];

  it('is told of before it ends, once a silence and its end', () => {
    expect(noticesOf(hidden, [], new Set(), noon)).toEqual([
      {
        once: `silence ends bo:${at(300)}`,
        says: 'The silence of Bo on 2 alerts ends at 12:05 UTC. What still fires then counts again.',
        fingerprints: ['a1', 'a2'],
      },
    ]);
    expect(noticesOf(hidden, [], new Set(), at(-301))).toEqual([]);
    expect(noticesOf(hidden, [], new Set(), at(300))).toEqual([]);
  });

  it('is told of when it ended and the alert still fires', () => {
    const facts = [
      { fingerprint: 'a1', is: 'unmuted', was: muted },
      { fingerprint: 'a2', is: 'gone', since: noon, was: muted },
    ] as const;
    expect(noticesOf(hidden, facts, new Set(), at(200))).toEqual([
      {
        once: `silence ended bo:${at(300)}`,
        says: 'The silence of Bo on 1 alert ended, and what it hid still fires.',
        fingerprints: ['a1'],
      },
    ]);
  });

  it('is no news when it is ours, or when inhibition hides the alert', () => {
    expect(noticesOf(hidden, [], new Set(['bo']), noon)).toEqual([]);
    expect(noticesOf([held({ muted: { is: 'inhibited', by: ['b1'] } })], [], new Set(), noon)).toEqual([]);
  });
});
