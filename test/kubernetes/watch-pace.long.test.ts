/** How often a run is looked at. */
import { describe, expect, it } from 'vitest';
import type { Mark, Progress } from '../../src/action/action.ts';
import { Terminal, Throttled } from '../../src/incident/fault.ts';
import { performWatch } from '../../src/kubernetes/watch/perform.ts';
import { planOf } from './objects.ts';
import { at, dawn, landedAt, type Site, startSite } from './site.ts';

const target = 'eu-1/shop/Deployment/search';

/** How long a watcher waits that sees nothing new, so many milliseconds after the change. */
async function pause(
  here: Site,
  mark: Mark,
  age: number,
  seen: Progress,
  given: { random?: number; limit?: number } = {},
) {
  const clock = (): number => dawn + age;
  const perform = performWatch(here.clusters, { clock, random: () => given.random ?? 0.5 });
  const until = dawn + (given.limit ?? 600_000);
  const plan = planOf({ verb: 'restart' }, { target });
  const { signal } = new AbortController();
  const effect = { type: 'kubernetes.watch', run: '12-1', target, plan, mark, seen, until } as const;
  return perform(effect, { since: dawn, signal }).then(
    () => 'news',
    (error: unknown) => {
      if (error instanceof Throttled) return error.after;
      throw error;
    },
  );
}

describe('a watcher', () => {
  it('looks twice a second at first, then every other second, and not at the same time as all others', async () => {
    await using here = await startSite();
    here.sandbox.change('Deployment', 'shop', 'search', { spec: { paused: true } });
    const mark = landedAt(here, at('Deployment', 'search'));
    const seen: Progress = { state: 'paused', done: 2, total: 2, says: 'the rollout is paused: resume it' };
    expect(await pause(here, mark, 9_000, seen)).toBe(500);
    expect(await pause(here, mark, 11_000, seen)).toBe(2_000);
    expect(await pause(here, mark, 11_000, seen, { random: 0 })).toBe(1_600);
    expect(await pause(here, mark, 11_000, seen, { random: 1 })).toBe(2_400);
    expect(await pause(here, mark, 11_000, seen, { limit: 12_000 })).toBe(1_000);
    expect(await pause(here, mark, 11_000, { ...seen, done: 1 })).toBe('news');
  });

  it('does not look before anything can have happened', async () => {
    await using here = await startSite();
    const mark = landedAt(here, at('Deployment', 'search'));
    const plan = planOf({ verb: 'restart' }, { target });
    const perform = performWatch(here.clusters, { clock: () => dawn + 100, random: Math.random });
    const effect = { type: 'kubernetes.watch', run: '12-1', target, plan, mark, seen: null, until: dawn } as const;
    const before = here.sandbox.calls().length;
    const { signal } = new AbortController();
    await expect(perform(effect, { since: dawn, signal })).rejects.toMatchObject({ after: 400 });
    expect(here.sandbox.calls()).toHaveLength(before);
  });

  it('gives up on what is not a target, and does not take a lost lease for an answer', async () => {
    await using here = await startSite();
    const mark = landedAt(here, at('Deployment', 'search'));
    const perform = performWatch(here.clusters, { clock: here.now, random: Math.random });
    const plan = planOf({ verb: 'restart' }, { target });
    const effect = { type: 'kubernetes.watch', run: '12-1', target, plan, mark, seen: null, until: dawn } as const;
    const { signal } = new AbortController();
    await expect(perform({ ...effect, target: 'search' }, { since: dawn, signal })).rejects.toThrow(Terminal);
    const lost = AbortSignal.abort(new Error('the lease was lost'));
    await expect(perform(effect, { since: dawn - 1_000, signal: lost })).rejects.not.toThrow(Throttled);
  });

  it('whose cluster is not configured says so when its time is over', async () => {
    await using here = await startSite();
    const mark = landedAt(here, at('Deployment', 'search'));
    const clock = (): number => dawn + 60_000;
    const perform = performWatch(here.clusters, { clock, random: Math.random });
    const other = target.replace('eu-1', 'eu-9');
    const plan = planOf({ verb: 'restart' }, { target: other });
    const { signal } = new AbortController();
    const effect = {
      type: 'kubernetes.watch',
      run: '12-1',
      target: other,
      plan,
      mark,
      seen: null,
      until: dawn,
    } as const;
    expect(await perform(effect, { since: dawn, signal })).toMatchObject({
      outcome: 'unknown',
      says: expect.stringContaining('The configuration has no cluster eu-9'),
    });
  });
});
