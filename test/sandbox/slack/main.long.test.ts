/** The command line starts the same sandbox and says how to reach it. */

import { expect, it } from 'vitest';

import { startByHand } from '../by-hand.ts';
import { clientOf } from './apps.ts';

it('npm run sandbox -- slack prints the addresses, tokens and routes, and serves them', async () => {
  await using started = await startByHand('slack', '--port', '0', '--rates', 'off');
  const { text } = started;
  const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
  expect(text).toContain(`${baseUrl}/api/`);
  expect(text).toContain('xoxb-sandbox');
  expect(text).toContain('POST /admin/command');
  expect((await clientOf({ url: `${baseUrl}/api/` }).auth.test()).user_id).toBe('U0VIGIE');
});
