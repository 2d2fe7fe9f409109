/** The loop of polls: one at a time, one an interval, a fault told once, and nothing forgotten that could not be recorded. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ApiAlert, ApiSilence } from '../../src/alertmanager/api-answers.ts';
import { AlertmanagerError } from '../../src/alertmanager/api-error.ts';
import { type PollerParts, startPoller } from '../../src/alertmanager/poller.ts';
import type { Fact, Held } from '../../src/alertmanager/reconcile.ts';
import { at, held, listed, noon, recorded, rules, silence } from './reconcile-world.ts';

interface Stage {
  alerts: readonly ApiAlert[];
  silences: readonly ApiSilence[];
  holds: readonly Held[];
  fault: Error | null;
  refuse: Error | null;
  /** Seconds after noon; every look at the clock moves it on by one. */
  now: number;
}

/** A poller of one source in memory, at its tenth poll a second or faster. */
function open(given: Partial<Stage> = {}, parts: Partial<PollerParts> = {}) {
  const stage: Stage = { alerts: [], silences: [], holds: [held()], fault: null, refuse: null, now: 0, ...given };
  const log: string[] = [];
  const told: Fact[] = [];
  const running = { now: 0, most: 0 };
  const during = async <T>(answer: () => T): Promise<T> => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await pause(1);
    running.now -= 1;
    if (stage.fault !== null) throw stage.fault;
    return answer();
  };
  const poller = startPoller({
    sources: [
      {
        name: 'main',
        api: {
          status: () => during(() => ({ startedAt: noon - 3_600_000, settling: false, version: '0.28.0', now: null })),
          alerts: () => during(() => stage.alerts),
          silences: () => during(() => (log.push('silences'), stage.silences)),
        },
        rules,
        expected: [],
      },
    ],
    held: async () => stage.holds,
    tell: async (_source, facts, when) => {
      if (stage.refuse !== null) throw stage.refuse;
      told.push(...facts);
      for (const fact of facts) stage.holds = stage.holds.map((one) => recorded(one, fact, when));
    },
    interval: 5,
    clock: () => at((stage.now += 10)),
    random: () => 0.5,
    troubled: (source, fault) => log.push(`${source} troubled: ${(fault as Error).message}`),
    recovered: (source) => log.push(`${source} recovered`),
    polled: (_source, ended) => log.push(ended),
    ...parts,
  });
  const polls = (): number => log.filter((one) => one === 'answered' || one === 'faulted').length;
  return { stage, log, told, running, poller, polls, [Symbol.asyncDispose]: () => poller[Symbol.asyncDispose]() };
}

async function until(is: () => boolean): Promise<void> {
  await expect.poll(is, { interval: 2, timeout: 3_000 }).toBe(true);
}

describe('the poller', () => {
  it('tells what it finds, once', async () => {
    await using one = open({ alerts: [listed({ silencedBy: ['s1'] })], silences: [silence()] });
    await until(() => one.polls() >= 4);
    expect(one.told).toEqual([
      { fingerprint: 'a1', is: 'muted', by: { is: 'silenced', id: 's1', until: at(3_600), by: 'Bo' } },
    ]);
  });

  it('remembers from poll to poll', async () => {
    await using one = open({ alerts: [listed({ fingerprint: 'ff' })] });
    await until(() => one.told.length > 0);
    expect(one.told).toMatchObject([{ fingerprint: 'a1', is: 'gone' }]);
    expect(one.polls()).toBeGreaterThanOrEqual(2);
  });

  it('asks for silences only where there are some', async () => {
    await using one = open({ alerts: [listed()] });
    await until(() => one.polls() >= 3);
    expect(one.log).not.toContain('silences');
  });

  it('is never in two polls at a time, however often it is poked', async () => {
    await using one = open({ alerts: [listed()] }, { interval: 10_000, random: () => 0 });
    await until(() => one.polls() >= 1);
    for (let count = 0; count < 20; count += 1) {
      one.poller.poke('main');
      one.poller.poke('nobody');
    }
    await until(() => one.polls() >= 2);
    await pause(20);
    expect(one.running.most).toBe(1);
    expect(one.polls()).toBeLessThanOrEqual(3);
  });

  it('tells of a row of faults once, and of its end', async () => {
    await using one = open({ fault: new Error('away') });
    await until(() => one.polls() >= 3);
    one.stage.fault = null;
    await until(() => one.log.includes('main recovered'));
    one.stage.fault = new Error('away again');
    await until(() => one.log.includes('main troubled: away again'));
    expect(one.log.filter((said) => said.startsWith('main'))).toEqual([
      'main troubled: away',
      'main recovered',
      'main troubled: away again',
    ]);
  });

  it('finds again what could not be recorded', async () => {
    await using one = open({ alerts: [listed({ startsAt: at(-1) })], refuse: new Error('the database is away') });
    await until(() => one.polls() >= 3);
    expect(one.log).toContain('main troubled: the database is away');
    one.stage.refuse = null;
    await until(() => one.told.length > 0);
    expect(one.told).toEqual([{ fingerprint: 'a1', is: 'refired', startsAt: at(-1), was: null }]);
  });

  it('waits as long as Alertmanager asks', async () => {
    await using one = open({ fault: new AlertmanagerError('throttled', 'wait', { retryAfter: 60_000 }) });
    await until(() => one.polls() >= 1);
    await pause(30);
    expect(one.polls()).toBe(1);
  });

  it('stops at once, and a poll that was stopped is no fault', async () => {
    const one = open(
      {},
      { interval: 60_000, random: () => 0, held: () => Promise.reject(new Error('it was stopped')) },
    );
    await one[Symbol.asyncDispose]();
    const { length } = one.log;
    await pause(20);
    expect(one.log).toHaveLength(length);
    expect(one.log).toEqual([]);
  });
});
