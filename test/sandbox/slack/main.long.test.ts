/** The command line starts the same sandbox and says how to reach it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

import { clientOf } from './apps.ts';

it('npm run sandbox -- slack prints the addresses, tokens and routes, and serves them', async () => {
  const child = spawn(process.execPath, ['sandbox/main.ts', 'slack', '--port', '0', '--rates', 'off']);
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('curl')) break;
    }
    const text = lines.join('\n');
    const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
    expect(text).toContain(`${baseUrl}/api/`);
    expect(text).toContain('xoxb-sandbox');
    expect(text).toContain('POST /admin/command');
    expect((await clientOf({ url: `${baseUrl}/api/` }).auth.test()).user_id).toBe('U0VIGIE');
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});
