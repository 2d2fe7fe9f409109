/** Three kills of two workers while they act on workloads. `npm run test:faults -- --naive` shows that the check can fail. */
import { expect, test } from 'vitest';
import { anySeed } from '../run.ts';
import { check } from './check.ts';
import { reportOf } from './report.ts';
import { run } from './run.ts';
import { tampers } from './tampers.ts';

/** Milliseconds that suffice for the slowest way to rest; mostly a run takes less than a minute. */
const limit = 240_000;

/** `VIGIE_FAULTS_SEED` repeats a run. */
const seed = process.env['VIGIE_FAULTS_SEED'] ?? anySeed();
const say = (line: string): void => console.log(line);

test(
  'what was approved is done once, or told as it is, while workers, servers and the cluster fail',
  { timeout: limit },
  async ({ signal }) => {
    const ran = await run({ verb: null, kills: 3, seed, signal, say });
    console.log(reportOf(ran));
    expect(ran.violations).toEqual([]);
    const unnoticed = tampers.filter(({ rule, apply }) => {
      const broken = apply(ran.scene);
      return broken !== null && !check(broken).some((violation) => violation.rule === rule);
    });
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
  },
);
