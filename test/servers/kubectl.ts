/** The real kubectl, for a server that is given by a kubeconfig. */
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from './availability.ts';
import { temporaryFolder } from './child.ts';

/** A kubectl with a configuration and a cache of its own. Disposing of it deletes them. */
export interface Kubectl extends AsyncDisposable {
  /** Runs a command and gives what it printed; rejects with what it said when it went wrong. */
  run(...args: readonly string[]): Promise<string>;
}

/** No command of a test takes longer, in milliseconds. */
const limit = 30_000;

/** A kubectl for this kubeconfig. */
export async function kubectlFor(kubeconfig: string): Promise<Kubectl> {
  const program = requireProgram('kubectl');
  const folder = await temporaryFolder('kubectl');
  const file = join(folder, 'kubeconfig');
  await writeFile(file, kubeconfig, { mode: 0o600 });
  return {
    async run(...args) {
      // Its home is the folder, so that it neither reads nor leaves anything elsewhere.
      const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: file };
      const { stdout } = await promisify(execFile)(program, args, { env, timeout: limit });
      return stdout;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
