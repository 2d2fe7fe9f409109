/** The simulators as somebody starts them: `npm run sandbox -- slack`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Starts the command line and resolves to what it prints, up to the first line with a `curl` to try. Disposing ends it. */
export async function startByHand(...args: readonly string[]): Promise<AsyncDisposable & { readonly text: string }> {
  const child = spawn(process.execPath, ['sandbox/main.ts', ...args]);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes('curl')) break;
  }
  return {
    text: lines.join('\n'),
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
