/** The door for webhooks v3: what is signed is stored before it is answered, and is never refused; nothing else gets in. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hook, openHookDoor, sign } from './hooks.ts';

const body = hook('incident.acknowledged');

describe('a signed event', () => {
  it('is stored as it came, under its own id, and only then answered with 202', async () => {
    let stored = false;
    const arrived: unknown[] = [];
    await using door = await openHookDoor({
      accept: async (arrival) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        arrived.push(arrival);
        stored = true;
      },
    });
    const { status, json } = await door.signed(body);
    expect([status, json, stored]).toEqual([202, { stored: true }, true]);
    expect(arrived).toEqual([{ id: '01EVENT', at: 42, body }]);
  });

  it('is let in by any secret of ours, beside any signatures of others', async () => {
    await using door = await openHookDoor();
    const rotated = [sign('gone', body), 'v2=later', sign('old', body)].join(', ');
    expect((await door.post(body, { 'x-pagerduty-signature': rotated })).status).toBe(202);
    const upper = sign('new', body).replace(/=.*/, (hex) => hex.toUpperCase());
    expect((await door.post(body, { 'x-pagerduty-signature': upper })).status).toBe(202);
    expect(door.arrivals).toHaveLength(2);
  });

  it('is taken whatever its bytes are said to be, and with a slash at the end', async () => {
    await using door = await openHookDoor();
    for (const type of ['text/plain', 'application/xml; charset=latin1', 'json', '']) {
      expect((await door.signed(body, 'new', { 'content-type': type })).status).toBe(202);
    }
    const slash = await fetch(`http://127.0.0.1:${door.port}/pagerduty/webhooks/`, {
      ...{ method: 'POST', body },
      headers: { 'x-pagerduty-signature': sign('new', body) },
    });
    expect(slash.status).toBe(202);
    expect(new Set(door.arrivals.map((arrival) => arrival.body))).toEqual(new Set([body]));
  });

  it('comes again after a 503 when it could not be stored', async () => {
    await using door = await openHookDoor({
      accept: async () => {
        throw new Error('the database is away');
      },
    });
    expect((await door.signed(body)).status).toBe(503);
    expect(door.troubles).toEqual(['Error: the database is away']);
  });

  it('is never refused for what it says', async () => {
    await using door = await openHookDoor();
    const odd = ['{"event":{"id":', '[]', '{"event":{}}', '{"messages":[]}', 'null', '"\u0000"', hook('pagey.ping')];
    for (const each of [...odd, hook('service.updated')]) {
      expect(await door.signed(each)).toEqual({ status: 202, json: { ignored: true } });
    }
    expect(door.arrivals).toEqual([]);
    expect(door.troubles).toHaveLength(6);
    expect((await door.signed(hook('incident.workflow.started'))).json).toEqual({ stored: true });
  });

  it('has the same id however often it comes, also without one of its own', async () => {
    await using door = await openHookDoor();
    const nameless = body.replace('"id":"01EVENT",', '');
    for (const each of [body, body, nameless, nameless]) await door.signed(each);
    const [first, second, third, fourth] = door.arrivals.map(({ id }) => id);
    expect([first, third]).toEqual([second, fourth]);
    expect(third).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a body that is not signed', () => {
  it('is refused with 401, and told what to mend', async () => {
    await using door = await openHookDoor();
    const bad = [
      ...['', 'v1=', 'v1=abc', `v2=${'0'.repeat(64)}`, `v1=${'0'.repeat(64)}`, sign('new', body).slice(3)],
      ...[sign('new', `${body} `), sign('', body), `${sign('new', body)}0`, 'v1=,'.repeat(2_000)],
      // Ours would come too late to be looked at.
      `${'v1=x,'.repeat(16)}${sign('new', body)}`,
    ];
    for (const signature of bad) {
      const { status, json } = await door.post(body, { 'x-pagerduty-signature': signature });
      expect([status, String(json['error'])]).toEqual([401, expect.stringContaining('pagerduty.webhook_secrets')]);
    }
    expect((await door.post(body)).status).toBe(401);
    expect(door.arrivals).toEqual([]);
  });

  it('is refused by a door without secrets, or with an empty one', async () => {
    await using none = await openHookDoor({ secrets: [] });
    expect((await none.signed(body, '')).status).toBe(401);
    await using empty = await openHookDoor({ secrets: [{ reveal: () => '' }] });
    expect((await empty.signed(body, '')).status).toBe(503);
    expect([...none.arrivals, ...empty.arrivals]).toEqual([]);
  });

  it('may be signed with a secret that can not be read now: it comes again', async () => {
    const lost = {
      reveal: (): string => {
        throw new Error('the file is gone');
      },
    };
    await using door = await openHookDoor({ secrets: [lost, { reveal: () => 'new' }] });
    expect((await door.signed(body, 'old')).status).toBe(503);
    expect((await door.signed(body, 'new')).status).toBe(202);
    expect(door.troubles).toEqual(['Error: reading the secrets of pagerduty.webhook_secrets']);
  });

  it('is not even read without a signature', async () => {
    await using door = await openHookDoor();
    const socket = connect(door.port, '127.0.0.1');
    socket.write('POST /pagerduty/webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('a body that is too large', () => {
  it('is refused with 413, said or not', async () => {
    await using door = await openHookDoor();
    const large = 'x'.repeat(2 ** 20 + 1);
    expect((await door.signed(large)).status).toBe(413);
    const chunks = (async function* () {
      for (let sent = 0; sent < 12; sent += 1) yield Buffer.alloc(100_000, 'x');
    })();
    const answer = await fetch(`http://127.0.0.1:${door.port}/pagerduty/webhooks`, {
      ...{ method: 'POST', body: chunks, duplex: 'half' },
      headers: { 'x-pagerduty-signature': sign('new', large) },
    });
    expect(answer.status).toBe(413);
    const fits = hook('incident.triggered', { data: { title: 'x'.repeat(2 ** 20 - 1_000) } });
    expect((await door.signed(fits)).status).toBe(202);
  });
});

it('a rotated secret is believed within a second', async () => {
  let now = 0;
  let secret = 'first';
  await using door = await openHookDoor({ clock: () => now, secrets: [{ reveal: () => secret }] });
  expect((await door.signed(body, 'first')).status).toBe(202);
  secret = 'second';
  expect((await door.signed(body, 'second')).status).toBe(401);
  now = 1_000;
  expect((await door.signed(body, 'second')).status).toBe(202);
  expect(door.answered).toEqual([202, 401, 202]);
});
