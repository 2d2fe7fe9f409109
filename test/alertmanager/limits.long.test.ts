/** What the door for Alertmanager may hold at once, and how it closes. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { good, largest, openDoor, slowly } from './door.ts';

describe('what may be on its way in at once', () => {
  it('is 64 MB: what comes on top is answered 503, until there is room again', async () => {
    await using door = await openDoor();
    const { port, post } = door;
    const slow = Array.from({ length: 8 }, () => slowly(port, largest));
    await expect.poll(async () => (await post(good)).status).toBe(503);
    slow[0]?.hangUp();
    await expect.poll(async () => (await post(good)).status).toBe(200);
    for (const { finish } of slow.slice(1)) finish();
    expect(await Promise.all(slow.slice(1).map(({ status }) => status))).toEqual(Array.from({ length: 7 }, () => 200));
    expect((await post(good)).status).toBe(200);
  });

  it('counts a body until it is stored, also when its sender has hung up', async () => {
    const waiting: (() => void)[] = [];
    await using door = await openDoor(() => new Promise((resolve) => void waiting.push(resolve)));
    const { port, post } = door;
    const slow = Array.from({ length: 8 }, () => slowly(port, largest));
    for (const { finish } of slow) finish();
    await expect.poll(() => waiting.length).toBe(8);
    for (const { hangUp } of slow) hangUp();
    expect(await Promise.all(slow.map(({ status }) => status))).toEqual(Array.from({ length: 8 }, () => 0));
    expect((await post(good)).status).toBe(503);
    for (const store of waiting.splice(0)) store();
    const last = post(good);
    await expect.poll(() => waiting.length).toBe(1);
    for (const store of waiting) store();
    expect((await last).status).toBe(200);
  });
});

describe('while the listener closes', () => {
  it('what is being stored is answered 200, what still comes is answered 503, and nothing keeps it open', async () => {
    const waiting: (() => void)[] = [];
    await using door = await openDoor(() => new Promise((resolve) => void waiting.push(resolve)));
    const { server, port, post } = door;
    const first = post(good);
    const late = connect(port, '127.0.0.1');
    late.write('POST /alertmanager/main HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    const closed = server.close();
    await expect.poll(() => server.server.listening).toBe(false);
    late.write(`content-length: ${Buffer.byteLength(good)}\r\n\r\n${good}`);
    expect(await text(late)).toMatch(/^HTTP\/1.1 503 /);
    for (const store of waiting) store();
    expect((await first).status).toBe(200);
    await closed;
  });
});
