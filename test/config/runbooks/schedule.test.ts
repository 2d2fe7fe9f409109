/** The times at which a checklist opens by itself, also when clocks change. */
import { describe, expect, it } from 'vitest';
import { readRunbook } from '../../../src/config/runbooks/library.ts';

describe('the schedule of a checklist', () => {
  const schedule = (cron: string, timezone: string) => {
    const steps = 'steps: [{id: look, title: Look, instruction: Look}]';
    const text = `id: plan\ntitle: Plan\nkind: checklist\nschedule: {cron: '${cron}', timezone: ${timezone}}\n${steps}\n`;
    const found = readRunbook('plan.yaml', text).runbook?.schedule ?? null;
    if (found === null) throw new Error('there is no schedule');
    return found;
  };

  /** The next times after one, as they are written in UTC. */
  const times = (cron: string, timezone: string, after: string, count: number): readonly string[] => {
    const { next } = schedule(cron, timezone);
    const found: string[] = [];
    for (let at: number | null = Date.parse(after); found.length < count && at !== null;) {
      at = next(at);
      found.push(at === null ? 'never' : new Date(at).toISOString().slice(0, 16));
    }
    return found;
  };

  it('is kept as it is written', () => {
    expect(schedule('0 9 * * MON', 'Europe/Paris')).toMatchObject({ cron: '0 9 * * MON', timezone: 'Europe/Paris' });
  });

  it('keeps its hour on the wall when clocks change', () => {
    expect(times('0 9 * * MON', 'Europe/Paris', '2026-03-20T00:00Z', 2)).toEqual([
      '2026-03-23T08:00',
      '2026-03-30T07:00',
    ]);
    expect(times('0 9 * * *', 'America/New_York', '2026-10-31T12:00Z', 3)).toEqual([
      '2026-10-31T13:00',
      '2026-11-01T14:00',
      '2026-11-02T14:00',
    ]);
  });

  it('comes once, right after it, where the clocks leave it out', () => {
    expect(times('30 2 * * *', 'Europe/Paris', '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it.each(['30 2 * * *', '30 2,14 * * *'])('%s comes once where the clocks pass it twice', (cron) => {
    const night = times(cron, 'Europe/Paris', '2026-10-24T20:00Z', 4).filter((at) => at < '2026-10-25T12');
    expect(night).toEqual(['2026-10-25T00:30']);
  });

  it('is strictly after the time that is given, and gives the same answer every time', () => {
    const { next } = schedule('0 9 * * *', 'UTC');
    const nine = Date.UTC(2026, 0, 5, 9);
    expect([next(nine - 1), next(nine), next(nine - 1)]).toEqual([nine, nine + 86_400_000, nine]);
  });

  it('may name the first Monday, the last day, and quarters', () => {
    expect(times('0 9 * * MON#1', 'UTC', '2026-01-06T00:00Z', 2)).toEqual(['2026-02-02T09:00', '2026-03-02T09:00']);
    expect(times('0 9 L * *', 'UTC', '2026-02-01T00:00Z', 2)).toEqual(['2026-02-28T09:00', '2026-03-31T09:00']);
    expect(times('0 9 1 1,4,7,10 *', 'UTC', '2026-02-01T00:00Z', 2)).toEqual(['2026-04-01T09:00', '2026-07-01T09:00']);
  });
});
