/** Says loudly, after the run, which test files were left out because a server is missing; in CI that fails the run. */
import type { TestProject } from 'vitest/node';
import { leftOutFiles, leftOutNotice } from './availability.ts';

/** What vitest calls around the run, whichever of its projects it is for. */
export function setup({ vitest }: TestProject): (() => void) | undefined {
  const wanted = vitest.projects.some((project) => project.name === 'servers');
  const leftOut = wanted ? leftOutFiles() : [];
  if (leftOut.length === 0) return undefined;
  return () => {
    process.stderr.write(leftOutNotice(leftOut));
    if (process.env['CI'] !== 'true') return;
    process.stderr.write('CI must leave nothing out, so this run has failed.\n');
    process.exitCode = 1;
  };
}
