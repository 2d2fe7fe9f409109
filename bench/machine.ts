/** The machine: what else keeps it busy, how fast its disk is, and a core of its own for the measured service. */
import { spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../scripts/programs.mjs';
import { percentile, progress, rounded } from './report.ts';

/** What figures from this machine are worth. */
export interface Machine {
  readonly cores: number;
  /** Share of all cores that was busy before the bench began: above 0.1, its figures are no good. */
  readonly busy: number;
  /** Milliseconds to sync 8 kB to the disk: each commit waits for that. */
  readonly syncMs: number;
}

/** Looks at the machine for a second. */
export async function lookAtMachine(): Promise<Machine> {
  const before = spent();
  await pause(1_000);
  const after = spent();
  const busy = rounded((after.busy - before.busy) / (after.all - before.all));
  const machine = { cores: availableParallelism(), busy, syncMs: syncTime() };
  progress(
    `machine: ${machine.cores} cores, ${Math.round(busy * 100)} % busy with other things; ${machine.syncMs} ms to sync`,
  );
  return machine;
}

function spent(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.flatMap((each) => Object.values(each)).reduce((sum, time) => sum + time, 0);
  return { all, busy: all - times.reduce((sum, each) => sum + each.idle, 0) };
}

function syncTime(): number {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  const file = openSync(join(folder, 'page'), 'w');
  const took = Array.from({ length: 100 }, () => {
    const began = performance.now();
    writeSync(file, Buffer.alloc(8_192));
    fdatasyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return percentile(took, 0.5);
}

/**
 * Moves this process, and so everything that it starts later, off core 0. Answers what to put before a command that is to
 * have core 0; nothing without taskset (util-linux) or a second core.
 */
export function keepOffServiceCore(): readonly string[] {
  const cores = availableParallelism();
  const taskset = findProgram('taskset');
  if (taskset === undefined || cores < 2) {
    progress('not pinned: service, load and servers share all cores');
    return [];
  }
  const own = ['-a', '-c', '-p', `1-${cores - 1}`, String(process.pid)];
  // Threads come and go while taskset walks over them, and it gives up at the first one that has gone.
  for (let attempt = 1; spawnSync(taskset, own).status !== 0; attempt += 1) {
    if (attempt === 5) throw new Error(`moving the bench off core 0: taskset ${own.join(' ')}`);
  }
  progress('the service has core 0; load, PostgreSQL, Redis and Slack share the others');
  return [taskset, '-c', '0'];
}
