/** Three kills of two bots while they page, PagerDuty goes bad, and people press in PagerDuty and in Slack. */
import { expect, test } from 'vitest';
import { anySeed } from '../run.ts';
import { check } from './check.ts';
import { reportOf } from './report.ts';
import { run } from './run.ts';
import { tampers } from './tampers.ts';

/** Milliseconds that suffice for the slowest way to rest: a page that PagerDuty took in and lost is waited for two minutes. */
const limit = 540_000;

/** `VIGIE_FAULTS_SEED` repeats a run. */
const seed = process.env['VIGIE_FAULTS_SEED'] ?? anySeed();
const say = (line: string): void => console.log(line);

test(
  'each level is paged once and nobody is forgotten, while bots, servers and PagerDuty fail',
  { timeout: limit },
  async ({ signal }) => {
    const ran = await run({ kills: 3, seed, signal, say });
    console.log(reportOf(ran));
    expect(ran.violations).toEqual([]);
    const unnoticed = tampers.filter(({ rule, apply }) => {
      const broken = apply(ran.scene);
      return broken !== null && !check(broken).some((violation) => violation.rule === rule);
    });
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
  },
);
