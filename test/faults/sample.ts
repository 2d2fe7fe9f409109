/** A short run of the torture as a test: three kills, and a check that is itself tried on what the run left. */
import { expect } from 'vitest';
import { check } from './check.ts';
import { reportOf } from './report.ts';
import { anySeed, run } from './run.ts';
import type { StoreKind } from './site.ts';
import { tampers } from './tampers.ts';

/** Milliseconds that suffice for the slowest way to rest; mostly a run takes less than a minute. */
export const limit = 240_000;

/** Runs on a store and expects every promise kept. `VIGIE_FAULTS_SEED` repeats a run. */
export async function expectPromisesKept(store: StoreKind, signal: AbortSignal): Promise<void> {
  const seed = process.env['VIGIE_FAULTS_SEED'] ?? anySeed();
  const say = (line: string): void => console.log(line);
  const ran = await run({ store, kills: 3, seed, signal, say });
  console.log(reportOf(ran));
  expect(ran.violations).toEqual([]);
  const { observation } = ran.healed;
  const unnoticed = tampers.filter(({ rule, apply }) => {
    const broken = apply(observation, ran.model);
    return broken !== null && !check(ran.model, broken).some((violation) => violation.rule === rule);
  });
  expect(unnoticed.map(({ name }) => name)).toEqual([]);
}
