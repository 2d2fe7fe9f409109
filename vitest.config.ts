/**
 * Three kinds of test, told apart by the file's name:
 *
 * - `test/**\/*.test.ts` needs nothing but Node and a moment. `npm run check` runs these.
 * - `test/**\/*.long.test.ts` needs nothing but Node either, but talks HTTP or takes half a second: only `npm test` runs
 *   it.
 * - `test/**\/*.servers.test.ts` needs real servers and gets them from
 *   `test/servers/{postgres,redis,alertmanager,prometheus}.ts`. `npm test` installs and starts them and runs all kinds.
 *   A file that imports a server which is not on this machine is left out, the end of the run says so, and with CI=true
 *   that is a failure.
 *
 * With `--mode cluster` there is one project instead: the contract suite of `test/kubernetes/contract`, against the cluster
 * that KUBECONFIG names. Without that mode the same files run against the simulator, whatever KUBECONFIG says.
 */
import { randomBytes } from 'node:crypto';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { leftOutFiles } from './test/servers/availability.ts';

const everywhere = {
  environment: 'node',
  pool: 'forks',
  restoreMocks: true,
  unstubEnvs: true,
  testTimeout: 30_000,
  hookTimeout: 40_000,
} as const;

/** Vitest begins with the largest files. Kill runs are short to read and take longest: last, they would keep everybody waiting. */
class KillRunsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isKillRun = ({ moduleId }: TestSpecification): boolean => /\/faults\/.*\.servers\./.test(moduleId);
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's: it is vitest's own
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isKillRun(b)) - Number(isKillRun(a)));
  }
}

/** Without a cluster. */
const local = (): TestProjectConfiguration[] => [
  {
    test: {
      ...everywhere,
      name: 'plain',
      // These change nothing that another file could see, and starting afresh for each costs a third of the time.
      isolate: false,
      include: ['test/**/*.test.ts'],
      exclude: ['test/**/*.servers.test.ts', 'test/**/*.long.test.ts'],
    },
  },
  {
    test: {
      ...everywhere,
      name: 'long',
      isolate: false,
      include: ['test/**/*.long.test.ts'],
    },
  },
  {
    test: {
      ...everywhere,
      name: 'servers',
      // Evenings and kills wait for timers, rollouts and retries: a sixth of their time is work. They come last, by themselves.
      maxWorkers: 5,
      sequence: { groupOrder: 1 },
      include: ['test/**/*.servers.test.ts'],
      exclude: leftOutFiles().map(({ file }) => file),
      globalSetup: ['test/servers/start.ts'],
    },
  },
];

/** It has no files unless it is wanted. A cluster may have to fetch images, and waits longer than it works. */
const cluster = (wanted: boolean): TestProjectConfiguration => ({
  test: {
    ...everywhere,
    name: 'cluster',
    testTimeout: 300_000,
    hookTimeout: 180_000,
    include: wanted ? ['test/kubernetes/contract/*.long.test.ts'] : [],
    globalSetup: ['test/kubernetes/contract/cluster.ts'],
    env: { VIGIE_CONTRACT_RUN: randomBytes(4).toString('hex') },
  },
});

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ['test/servers/left-out.ts'],
    // One more than CI has cores: those that talk HTTP wait now and then.
    maxWorkers: 3,
    sequence: { sequencer: KillRunsFirst },
    projects: [...(mode === 'cluster' ? [] : local()), cluster(mode === 'cluster')],
  },
}));
