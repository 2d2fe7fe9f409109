/** Replaying captures: what is sent, when, how often, and what is said about it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fire, replay } from '../../src/commands/fire.ts';
import type { Post, Replay } from '../../src/commands/fire.ts';
import { captureOf } from '../alertmanager/captures.ts';
import { openDoor } from '../alertmanager/door.ts';

type Answer = Awaited<ReturnType<Post>> | Error;

/** A replay without a network and without waiting: it is answered from a list, the last answer for ever. */
function rehearse(answers: readonly Answer[] = [{ status: 200, text: '{"stored":true}' }]) {
  let now = 0;
  const sent: { at: number; url: string; headers: Record<string, string>; body: string }[] = [];
  const lines: string[] = [];
  const options: Replay = {
    url: 'http://vigie.example/alertmanager/main',
    speed: 1,
    log: (line) => lines.push(line),
    post: async (url, headers, body) => {
      sent.push({ at: now, url, headers: Object.fromEntries(headers), body });
      now += 3;
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
      return answer;
    },
    sleep: async (duration) => {
      now += duration;
    },
    clock: () => now,
    random: () => 0.5,
  };
  return { options, sent, lines };
}

describe('a replay', () => {
  it('sends the recorded bodies in order, with their gaps and headers, but not those of the connection', async () => {
    const { options, sent } = rehearse();
    const { file, webhooks } = captureOf('flapping');
    expect(await replay(file, options)).toEqual({ accepted: 3, failed: 0, skipped: 0 });
    expect(sent.map(({ body }) => body)).toEqual(webhooks.map(({ body }) => body));
    expect(sent.map(({ at }) => at)).toEqual([0, 8_001, 16_003]);
    expect(sent[0]?.headers).toEqual({ 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.25.0' });
  });

  it('is as much faster as it is told', async () => {
    const { options, sent } = rehearse();
    await replay(captureOf('flapping').file, { ...options, speed: 10 });
    expect(sent.map(({ at }) => Math.round(at))).toEqual([0, 800, 1_600]);
  });

  it('sends the recorded credentials, or the token that it is given', async () => {
    const recorded = rehearse();
    await replay(captureOf('auth-basic').file, recorded.options);
    expect(recorded.sent[0]?.headers['authorization']).toMatch(/^Basic /);
    const given = rehearse();
    await replay(captureOf('auth-basic').file, { ...given.options, token: 'new' });
    expect(given.sent[0]?.headers['authorization']).toBe('Bearer new');
  });

  it('skips what is no webhook: pages of Alertmanager’s own, and what Prometheus sent', async () => {
    const { options, sent, lines } = rehearse();
    expect(await replay(captureOf('native-pagerduty-receiver').file, options)).toMatchObject({
      accepted: 2,
      skipped: 2,
    });
    expect(await replay(captureOf('prometheus-to-alertmanager').file, options)).toEqual({
      accepted: 0,
      failed: 0,
      skipped: 12,
    });
    expect(await replay(captureOf('redirects').file, options)).toMatchObject({ accepted: 3, skipped: 1 });
    expect(sent).toHaveLength(5);
    expect(lines).toContain('2 recorded request(s) skipped: not webhooks');
  });

  it('says of each request when it was sent, the status, how long it took, and the answer', async () => {
    const { options, lines } = rehearse([{ status: 200, text: '{"stored":\n true}' }]);
    await replay(captureOf('flapping').file, options);
    expect(lines[1]).toBe('+8.001 s  200  3 ms  {"stored": true}');
  });

  it('tries again after a 5xx and after no answer, with Alertmanager’s back-off', async () => {
    const busy = { status: 503, text: 'busy' };
    const { options, sent, lines } = rehearse([
      busy,
      new Error('fetch failed', { cause: new Error('refused') }),
      busy,
      { status: 200, text: 'ok' },
    ]);
    expect(await replay(captureOf('single-firing').file, options)).toMatchObject({ accepted: 1, failed: 0 });
    expect(sent.map(({ at }) => at)).toEqual([0, 503, 1_256, 2_384]);
    expect(lines[1]).toBe('+0.503 s  no answer  3 ms  fetch failed: refused  again in 0.8 s');
  });

  it('spreads its attempts by half, so that many senders do not come back at once', async () => {
    for (const [random, second] of [
      [0, 253],
      [1, 753],
    ] as const) {
      const { options, sent } = rehearse([
        { status: 500, text: '' },
        { status: 200, text: '' },
      ]);
      await replay(captureOf('single-firing').file, { ...options, random: () => random });
      expect(sent[1]?.at).toBe(second);
    }
  });

  it('gives a request up after nine attempts, and goes on with the next', async () => {
    const { options, sent } = rehearse([{ status: 500, text: '' }]);
    expect(await replay(captureOf('all-resolved').file, options)).toMatchObject({ accepted: 0, failed: 2 });
    expect(sent).toHaveLength(18);
  });

  it.each([302, 400, 401, 404, 413, 429])(
    'does not try again after %i, which Alertmanager would not either',
    async (status) => {
      const { options, sent } = rehearse([{ status, text: '' }]);
      expect(await replay(captureOf('single-firing').file, options)).toMatchObject({ accepted: 0, failed: 1 });
      expect(sent).toHaveLength(1);
    },
  );

  it('is refused for what is no capture, and for a speed that is none', async () => {
    const { options } = rehearse();
    const folder = mkdtempSync(join(tmpdir(), 'vigie-fire-'));
    const written = (text: string): string => {
      const path = join(folder, 'capture.json');
      writeFileSync(path, text);
      return path;
    };
    await expect(replay(join(folder, 'none.json'), options)).rejects.toThrow(/^reading the capture .*none\.json$/);
    await expect(replay(written('{'), options)).rejects.toThrow(/^reading the capture/);
    await expect(replay(written('{"requests":[{}]}'), options)).rejects.toThrow(/it is not a capture: .*offset_ms/);
    for (const speed of [0, -1, Number.NaN]) {
      await expect(replay(captureOf('flapping').file, { ...options, speed })).rejects.toThrow('the speed must be');
    }
  });
});

describe('the command', () => {
  afterEach(() => {
    process.exitCode = undefined;
    delete process.env['FIRE_TEST_TOKEN'];
  });

  it('replays over HTTP, and its exit code says whether all of it was accepted', async () => {
    await using door = await openDoor();
    const { port, arrivals } = door;
    const lines: string[] = [];
    const log = (line: string): number => lines.push(line);
    const url = `http://127.0.0.1:${port}/alertmanager/main`;
    const options = { url, speed: 1_000, tokenEnv: 'FIRE_TEST_TOKEN', log };
    const { file, webhooks } = captureOf('group-of-three-one-resolved');
    process.env['FIRE_TEST_TOKEN'] = 'secret';
    await fire(file, options);
    expect(process.exitCode).toBeUndefined();
    expect(arrivals.map(({ body }) => body)).toEqual(webhooks.map(({ body }) => body));
    process.env['FIRE_TEST_TOKEN'] = 'wrong';
    await fire(file, options);
    expect(process.exitCode).toBe(1);
    expect(lines.filter((line) => line.endsWith(' not'))).toEqual(['2 accepted, 0 not', '0 accepted, 2 not']);
  });

  it('wants the token that it was promised', async () => {
    const options = { url: 'http://127.0.0.1:1/', speed: 1, tokenEnv: 'FIRE_TEST_TOKEN' };
    await expect(fire(captureOf('flapping').file, options)).rejects.toThrow('FIRE_TEST_TOKEN is not set');
  });
});
