/** Nothing is left behind by a call: a process whose work is done ends, however PagerDuty behaved; and TLS is real. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Answer, openPager } from './pager.ts';

const script = fileURLToPath(new URL('./leave.ts', import.meta.url));

/** What the process said; it is killed, and the test fails, when it outlives its work by far. */
async function leave(url: string, deadline = 20_000, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, String(deadline)], {
    env,
    timeout: 8_000,
  });
  return stdout;
}

describe('a process', () => {
  const answers: readonly {
    readonly what: string;
    readonly answer: Answer;
    readonly says: RegExp;
    readonly time?: number;
  }[] = [
    { what: 'an answer', answer: [202], says: /^taken in$/ },
    { what: 'a 429', answer: [429], says: /^throttled: / },
    { what: 'silence', answer: () => undefined, says: /^ambiguous: .* gave no answer within 0\.5 s$/, time: 500 },
    {
      ...{ what: 'half an answer', says: /^server: /, time: 500 },
      answer: (_request, response) => void response.writeHead(500).write('{'),
    },
    { what: 'a broken connection', answer: (request) => request.socket.destroy(), says: /^ambiguous: / },
  ];
  it.each(answers)('ends after $what', async ({ answer, says, time }) => {
    await using pager = await openPager([answer]);
    expect(await leave(pager.url, time)).toMatch(says);
    expect(pager.asked).toHaveLength(1);
  });

  it('ends when nobody listens', async () => {
    const pager = await openPager([[202]]);
    await pager[Symbol.asyncDispose]();
    expect(await leave(pager.url)).toMatch(/^network: .* refused the connection$/);
  });
});

describe('TLS', () => {
  const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/tls', name);

  it('is spoken, and believes only whom Node believes', async () => {
    const server = createServer(
      { key: readFileSync(fixture('key.pem')), cert: readFileSync(fixture('certificate.pem')) },
      (_request, response) => void response.writeHead(202).end('{}'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const trusting = { NODE_EXTRA_CA_CERTS: fixture('certificate.pem') };
    try {
      const stranger = await leave(`https://127.0.0.1:${port}`);
      expect(stranger).toMatch(/^network: .* has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
      const other = await leave(`https://127.0.0.1:${port}`, 20_000, trusting);
      expect(other).toMatch(/^network: .* has a certificate that is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
      const right = await leave(`https://checkout.example:${port}`, 20_000, trusting);
      expect(right).toBe('taken in');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
