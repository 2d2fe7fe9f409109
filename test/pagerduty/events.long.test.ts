/** The Events API: what is sent, and what every kind of answer, or none, becomes. */
import { describe, expect, it } from 'vitest';
import { basesOf } from '../../src/pagerduty/settings.ts';
import { openClient } from '../../src/pagerduty/client.ts';
import { type Answer, clientAt, endless, errorOf, key, noon, openPager, page, routingKey, setting } from './pager.ts';

/** Sends one event, and says how it ended. */
async function trigger(answer: Answer, deadline?: number) {
  await using pager = await openPager([answer], deadline);
  const started = Date.now();
  const error = await errorOf(pager.client.events.trigger(key, 'vigie-12-1', page, null, endless()));
  return { error, took: Date.now() - started, asked: pager.asked.length };
}

describe('an event', () => {
  it('goes out once, whole, with the key and the dedup key it was given', async () => {
    await using pager = await openPager([[202, { status: 'success' }]]);
    await pager.client.events.trigger(key, 'vigie-12-1', page, 'https://slack.example/C1', endless());
    expect(pager.asked).toHaveLength(1);
    expect(pager.asked[0]).toMatchObject({ method: 'POST', path: '/v2/enqueue' });
    expect(pager.asked[0]?.headers.authorization).toBeUndefined();
    expect(pager.asked[0]?.body).toEqual({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: 'vigie-12-1',
      client: 'Vigie',
      client_url: 'https://slack.example/C1',
      payload: {
        summary: 'Checkout answers slowly',
        source: 'eu-1',
        severity: 'critical',
        timestamp: '2026-11-21T12:00:00.000Z',
        custom_details: { brief: 'Nothing was tried yet.' },
      },
      links: [{ href: 'https://runbooks.example/checkout', text: 'Runbook' }],
    });
  });

  it('that acknowledges or resolves has nothing but its key', async () => {
    await using pager = await openPager([[202]]);
    await pager.client.events.acknowledge(key, 'vigie-12-1', endless());
    await pager.client.events.resolve(key, 'vigie-12-1', endless());
    const common = { routing_key: routingKey, dedup_key: 'vigie-12-1' };
    expect(pager.asked.map(({ body }) => body)).toEqual([
      { ...common, event_action: 'acknowledge' },
      { ...common, event_action: 'resolve' },
    ]);
  });

  it('is taken in by a 202 whose body is no JSON, or never ends', async () => {
    await using pager = await openPager(
      [
        (_request, response) => void response.writeHead(202).end(''),
        (_request, response) => void response.writeHead(202).write('{"status":'),
      ],
      300,
    );
    await pager.client.events.resolve(key, 'vigie-12-1', endless());
    await pager.client.events.resolve(key, 'vigie-12-1', endless());
    expect(pager.asked).toHaveLength(2);
  });

  it('goes to the region, unless the environment says where', () => {
    const shown = (...given: Parameters<typeof basesOf>) => {
      const { events, api } = basesOf(...given);
      return [events, api].map(({ server, plain }) => `${plain ? 'plain ' : ''}${server}`);
    };
    expect(shown('us')).toEqual(['events.pagerduty.com', 'api.pagerduty.com']);
    expect(shown('eu', { PAGERDUTY_API_URL: ' ' })).toEqual(['events.eu.pagerduty.com', 'api.eu.pagerduty.com']);
    const env = { PAGERDUTY_EVENTS_URL: 'http://127.0.0.1:4002/events/', PAGERDUTY_API_URL: 'http://pager' };
    expect(shown('eu', env)).toEqual(['plain 127.0.0.1:4002/events', 'plain pager:80']);
    expect(() => basesOf('us', { PAGERDUTY_API_URL: 'pager:4002' })).toThrow(/PAGERDUTY_API_URL is not the address/);
    expect(() => basesOf('us', { PAGERDUTY_API_URL: 'https://a:b@pager' })).toThrow(/PAGERDUTY_API_URL/);
  });
});

describe('a fault of the way', () => {
  it('before a connection stood is of the network', async () => {
    const closed = await openPager([[202]]);
    await closed[Symbol.asyncDispose]();
    const error = await errorOf(clientAt(closed.url).events.resolve(key, 'vigie-12-1', endless()));
    expect(error.kind).toBe('network');
    expect(error.says).toMatch(/^PagerDuty's Events API can't be asked: 127\.0\.0\.1:\d+ refused the connection$/);
    const lost = await errorOf(clientAt('http://nowhere.invalid').events.resolve(key, 'vigie-12-1', endless()));
    expect(lost.kind).toBe('network');
    expect(lost.says).toContain('was not found');
  });

  it('after it was sent leaves a doubt', async () => {
    const { error } = await trigger((request) => request.socket.destroy());
    expect(error.kind).toBe('ambiguous');
    expect(error.says).toContain('closed the connection without an answer');
  });

  it('that is only silence ends at the deadline', async () => {
    const { error, took, asked } = await trigger(() => undefined, 300);
    expect(error.kind).toBe('ambiguous');
    expect(error.says).toMatch(/gave no answer within 0\.3 s$/);
    expect(took).toBeLessThan(1_500);
    expect(asked).toBe(1);
  });

  it('is not made of whoever stops the call', async () => {
    await using pager = await openPager([() => undefined]);
    const stop = new AbortController();
    const call = pager.client.events.resolve(key, 'vigie-12-1', stop.signal);
    setTimeout(() => stop.abort(new Error('the lease was lost')), 100);
    await expect(call).rejects.toThrow('the lease was lost');
    await expect(pager.client.events.resolve(key, 'vigie-12-1', stop.signal)).rejects.toThrow('the lease was lost');
    expect(pager.asked).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('of 429 is one request and a pause, at once, whatever its body does', async () => {
    const silent: Answer = (_request, response) =>
      void response.writeHead(429, { 'ratelimit-reset': '17' }).write('{"status":');
    const { error, took, asked } = await trigger(silent);
    expect(error).toMatchObject({ kind: 'throttled', retryAfter: 17_000, hopeless: false });
    expect(took).toBeLessThan(1_000);
    expect(asked).toBe(1);
    const bare = await trigger([429, {}]);
    expect(bare.error).toMatchObject({ kind: 'throttled', retryAfter: null });
    const soon = await trigger([429, {}, { 'retry-after': '0' }]);
    expect(soon.error.retryAfter).toBe(1_000);
  });

  it('that refuses the routing key names the setting, and never the key', async () => {
    const body = {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: [`Invalid routing key ${routingKey}`],
    };
    const { error } = await trigger([400, body]);
    expect(error).toMatchObject({ kind: 'key', hopeless: true });
    expect(error.says).toContain('services.shop.pagerduty.routing_key (env:SERVICES_SHOP_PAGERDUTY_ROUTING_KEY)');
    expect(error.says).not.toContain(routingKey);
    expect((await trigger([403])).error.kind).toBe('key');
  });

  it('that refuses the event says why, without the key', async () => {
    const errors = [`'payload.severity' is missing from ${routingKey}\u202E`];
    const { error } = await trigger([400, { status: 'invalid event', message: 'Event object is invalid', errors }]);
    expect(error.kind).toBe('invalid');
    expect(error.says).toBe(
      "PagerDuty does not take the event: Event object is invalid: 'payload.severity' is missing from …",
    );
  });

  it('of trouble is trouble, also when a proxy words it', async () => {
    const html: Answer = (_request, response) => void response.writeHead(502).end('<html>Bad gateway</html>');
    expect((await trigger(html)).error).toMatchObject({ kind: 'server', status: 502 });
    expect((await trigger([500, { message: 'boom' }])).error.says).toContain('boom');
  });

  it('that is no 202 is no yes, and a redirect is not followed', async () => {
    expect((await trigger([200, { status: 'success' }])).error.kind).toBe('network');
    await using elsewhere = await openPager([[202]]);
    // As pdjs writes it; the connection is plain all the same.
    const location = elsewhere.url.replace('http:', 'https:');
    const { error, asked } = await trigger([307, {}, { location }]);
    expect(error).toMatchObject({ kind: 'network', status: 307 });
    expect(elsewhere.asked).toEqual([]);
    expect(asked).toBe(1);
  });
});

describe('what can not be sent', () => {
  it('is refused before it leaves: a dedup key that is missing or too long', async () => {
    await using pager = await openPager([[202]]);
    expect((await errorOf(pager.client.events.resolve(key, ' ', endless()))).kind).toBe('invalid');
    expect((await errorOf(pager.client.events.resolve(key, 'k'.repeat(256), endless()))).says).toContain('256');
    expect(pager.asked).toEqual([]);
  });

  it('is refused with the setting: a key that can not be read, is empty, or is none', async () => {
    const { events } = openClient({ bases: basesOf('us'), api: null, clock: () => noon });
    const gone = setting('pagerduty.routing_key', '');
    const lost = {
      ...gone,
      secret: {
        ref: 'file:/gone',
        reveal: () => {
          throw new Error('`file:/gone` is not there');
        },
      },
    };
    expect(await errorOf(events.resolve(lost, 'k', endless()))).toMatchObject({
      kind: 'key',
      says: "pagerduty.routing_key can't be read: `file:/gone` is not there",
    });
    expect((await errorOf(events.resolve(gone, 'k', endless()))).says).toContain('is empty');
    const odd = await errorOf(events.resolve(setting('pagerduty.routing_key', 'sec\nret'), 'k', endless()));
    expect(odd.says).toMatch(/^pagerduty\.routing_key \(env:PAGERDUTY_ROUTING_KEY\) holds characters/);
    expect(odd.says).not.toContain('sec');
  });
});
