/** Libraries written to a folder for one test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Fault } from '../../../src/config/config.ts';
import { printFault } from '../../../src/config/fault.ts';

/** Calls `use` with the path of a folder of these files, which is gone afterwards. */
export function withFolder<T>(files: Readonly<Record<string, string | Uint8Array>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-runbooks-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Faults as they are printed, the folder left out. */
export const printed = (faults: readonly Fault[], folder: string): readonly string[] =>
  faults.map((fault) => printFault(fault).replaceAll(`${folder}/`, ''));
