/** Vigie's own heartbeat: it beats, counts what fails, keeps still when Vigie is not well, and never throws. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Beat, type HeartbeatParts, type HeartbeatSettings, startHeartbeat } from '../../src/ops/heartbeat.ts';

/** A monitor, and a heart that beats at it 50 times a second. */
async function open(
  answer: RequestListener,
  given: Partial<HeartbeatSettings> = {},
  parts: Partial<HeartbeatParts> = {},
) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const beats: Beat[] = [];
  const heart = startHeartbeat({
    settings: {
      url: { ref: 'env:HEARTBEAT_URL', reveal: () => `http://127.0.0.1:${port}/ping/s3cr3t?x=1` },
      ...{ method: 'GET', interval: 20, deadline: 5_000 },
      ...given,
    },
    isWell: async () => true,
    beaten: (beat) => beats.push(beat),
    ...parts,
  });
  return {
    heard,
    beats,
    heart,
    server,
    [Symbol.asyncDispose]: async () => {
      await heart[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

const fine: RequestListener = (_request, response) => void response.end('OK');
async function until(is: () => boolean): Promise<void> {
  await expect.poll(is, { interval: 5, timeout: 5_000 }).toBe(true);
}

describe('our heartbeat', () => {
  it('beats at once and then at every interval, until it is stopped', async () => {
    const one = await open(fine);
    await until(() => one.beats.length >= 3);
    expect(new Set(one.heard)).toEqual(new Set(['GET /ping/s3cr3t?x=1']));
    expect(one.beats.every(({ is, failures }) => is === 'heard' && failures === 0)).toBe(true);
    await one.heart[Symbol.asyncDispose]();
    const { length } = one.heard;
    await pause(80);
    expect(one.heard).toHaveLength(length);
    await one[Symbol.asyncDispose]();
  });

  it('can be a POST', async () => {
    await using one = await open(fine, { method: 'POST' });
    await until(() => one.beats.length >= 1);
    expect(one.heard[0]).toBe('POST /ping/s3cr3t?x=1');
  });

  it('counts failures in a row, says what was answered, and shows nothing of the address but its host', async () => {
    let status = 500;
    await using one = await open((_request, response) => void response.writeHead(status).end('s3cr3t'));
    await until(() => one.beats.length >= 3);
    expect(one.beats.slice(0, 3)).toMatchObject([{ is: 'failed', failures: 1 }, { failures: 2 }, { failures: 3 }]);
    expect(one.beats[0]).toMatchObject({
      says: expect.stringMatching(
        /^127\.0\.0\.1:\d+ answered the heartbeat with 500: look at env:HEARTBEAT_URL$/,
      ) as string,
    });
    expect(JSON.stringify(one.beats)).not.toContain('s3cr3t');
    status = 200;
    await until(() => one.beats.at(-1)?.is === 'heard');
  });

  it('gives a hanging monitor up, and has one beat under way at most', async () => {
    let held = 0;
    let most = 0;
    await using one = await open(
      (request) => {
        held += 1;
        most = Math.max(most, held);
        request.on('close', () => (held -= 1));
      },
      { deadline: 150 },
    );
    await until(() => one.beats.length >= 2);
    expect(one.beats[0]).toMatchObject({
      is: 'failed',
      says: expect.stringContaining('did not answer within 150 ms') as string,
    });
    expect(most).toBe(1);
  });

  it('keeps still while Vigie is not well, does not know, or can’t tell in time', async () => {
    const ways = [
      async () => false,
      () => Promise.reject(new Error('away')),
      () => new Promise<boolean>(() => undefined),
    ];
    for (const isWell of ways) {
      await using one = await open(fine, { deadline: 150 }, { isWell });
      await until(() => one.beats.length >= 1);
      expect(one.beats[0]).toMatchObject({ is: 'held back', failures: 1 });
      expect(one.heard).toEqual([]);
    }
  });

  it('never throws: not without an address, not at nobody, and not when its listener does', async () => {
    const wrong = [
      { ref: 'env:HEARTBEAT_URL', reveal: () => 'no address' },
      {
        ref: 'env:HEARTBEAT_URL',
        reveal: () => {
          throw new Error('`env:HEARTBEAT_URL` is not set');
        },
      },
      { ref: 'env:HEARTBEAT_URL', reveal: () => 'http://127.0.0.1:1/' },
    ];
    const said: string[] = [];
    for (const url of wrong) {
      const beats: Beat[] = [];
      await using one = await open(
        fine,
        { url },
        {
          beaten: (beat) => {
            beats.push(beat);
            throw new Error('nobody listens');
          },
        },
      );
      await until(() => beats.length >= 2);
      expect(one.heard).toEqual([]);
      said.push(beats[0] !== undefined && 'says' in beats[0] ? beats[0].says : '');
    }
    expect(said).toEqual([
      "env:HEARTBEAT_URL holds no address of http or https: put the monitor's there",
      'the heartbeat was not sent: `env:HEARTBEAT_URL` is not set',
      '127.0.0.1:1 could not be reached (ECONNREFUSED)',
    ]);
  });
});
