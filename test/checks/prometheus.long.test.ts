/** PromQL checks against a stand-in that answers what a Prometheus never should; the real one is asked beside. */
import fc from 'fast-check';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../src/checks/reply.ts';
import { ask, noon, promql, serve } from './asking.ts';

const success = (data: unknown, rest: object = {}) => ({ status: 'success', data, ...rest });
const vector = (...values: readonly string[]) =>
  success({
    resultType: 'vector',
    result: values.map((value, index) => ({
      metric: { __name__: 'up', job: 'x', instance: `i${index}` },
      value: [1, value],
    })),
  });

/** What is said when the stand-in answers this. */
async function said(body: unknown, given: Parameters<typeof promql>[1] = {}, status = 200) {
  await using site = await serve((_, response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
  );
  const { passed, says } = await ask(promql('up', given), { prometheus: { url: site.url } });
  expect(says.length).toBeLessThanOrEqual(600);
  return [passed, says];
}

describe('the question', () => {
  it('is a form posted below the configured path, with the time and a time-out', async () => {
    const asked: unknown[] = [];
    await using site = await serve((request, response) => {
      void text(request).then((form) => {
        asked.push([request.method, request.url, Object.fromEntries(new URLSearchParams(form))]);
        return response.end(JSON.stringify(vector('1')));
      });
    });
    const prometheus = { url: `${site.url}/prefix/` };
    const query = 'rate(errors{path="/a b&c=d+é"}[5m])';
    await ask(promql(query), { prometheus });
    await ask(promql(query, { range: { over: 600_000, step: 30_000 }, timeout: 10_000 }), { prometheus });
    const at = noon / 1000;
    expect(asked).toEqual([
      ['POST', '/prefix/api/v1/query', { query, time: `${at}.000`, timeout: '4500ms' }],
      [
        ...['POST', '/prefix/api/v1/query_range'],
        { query, start: `${at - 600}.000`, end: `${at}.000`, step: '30.000', timeout: '9000ms' },
      ],
    ]);
  });

  it('is not asked without a Prometheus, and the check says so', async () => {
    expect(await ask(promql('up'))).toMatchObject({
      passed: false,
      says: 'Prometheus is not configured: set prometheus.url',
    });
  });
});

describe('numbers', () => {
  it('are all compared; the worst series is shown by what makes it special', async () => {
    expect(await said(vector('1', '0', '3'))).toEqual([
      false,
      'up = 0 (3 series; worst: instance="i1" 0): expected >= 1',
    ]);
    expect(await said(vector('1', '2'))).toEqual([true, 'up = 1 (2 series; worst: instance="i0" 1): as expected >= 1']);
    expect(await said(vector('0.5'))).toEqual([false, 'up = 0.5: expected >= 1']);
    expect(await said(success({ resultType: 'scalar', result: [1, '7'] }))).toEqual([true, 'up = 7: as expected >= 1']);
  });

  it('may be infinite; NaN is none and satisfies nothing', async () => {
    expect(await said(vector('+Inf'))).toEqual([true, 'up = +Inf: as expected >= 1']);
    expect(await said(vector('-Inf'))).toEqual([false, 'up = -Inf: expected >= 1']);
    expect(await said(vector('NaN'), { expect: { sign: '!=', value: 3 } })).toEqual([false, 'up = NaN: expected != 3']);
  });

  it('of a range are compared over all the time', async () => {
    const values = [30, 60, 90].map((second) => [second, String(second)]);
    const body = success({ resultType: 'matrix', result: [{ metric: { job: 'x' }, values }] });
    const given = { range: { over: 90_000, step: 30_000 }, expect: { sign: '<', value: 90 } } as const;
    expect(await said(body, given)).toEqual([false, 'up = 90 (3 samples; worst: 90 at 00:01:30 UTC): expected < 90']);
  });

  it('that are not there mean what the runbook says', async () => {
    for (const body of [vector(), success({ resultType: 'matrix', result: [{ metric: {}, values: [] }] })]) {
      expect(await said(body)).toEqual([false, 'up has no data']);
      expect(await said(body, { noData: 'pass' })).toEqual([true, 'up has no data, which counts as passed']);
    }
  });

  it('come with warnings', async () => {
    const [passed, says] = await said({ ...vector('1'), warnings: ['remote read failed', 'token=hunter2'] });
    expect([passed, says]).toEqual([true, 'up = 1: as expected >= 1. Prometheus warns: remote read failed; token=…']);
  });
});

describe('an answer without numbers fails the check', () => {
  it.each([
    ['a text', success({ resultType: 'string', result: [1, 'x'] })],
    ['native histograms', success({ resultType: 'vector', result: [{ metric: {}, histogram: [1, { count: '3' }] }] })],
    [
      'native histograms',
      success({ resultType: 'matrix', result: [{ metric: {}, values: [[1, '1']], histograms: [[1, {}]] }] }),
    ],
  ])('when it holds %s', async (what, body) => {
    expect(await said(body)).toEqual([false, `up answers ${what}, which can't be compared with a number`]);
  });

  it.each([
    '',
    'null',
    '{',
    '[]',
    '<html><title>Sign in</title></html>',
    '{"status":"success"}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"one"]}]}}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,1]}]}}',
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e99,"1"]}]}}',
    '{"status":"success","data":{"resultType":"vector","result":{"__proto__":[]}}}',
    '{"status":"success","data":{"resultType":"tensor","result":[]}}',
    '['.repeat(1_000_000),
  ])('when it is %.60s', async (body) => {
    const [passed, says] = await said(body, { noData: 'pass' });
    expect(passed).toBe(false);
    expect(says).toMatch(/^Prometheus answered 200 with something else than its format: up\./);
  });

  it('when it is an error, in the words of Prometheus', async () => {
    const error = { status: 'error', errorType: 'bad_data', error: '1:5: parse error: unexpected "}"' };
    expect(await said(error, {}, 400)).toEqual([
      false,
      'Prometheus answered 400: 1:5: parse error: unexpected "}": up',
    ]);
    expect((await said('Bad Gateway', {}, 502))[1]).toBe(
      'Prometheus answered 502 with something else than its format: up. It said: Bad Gateway',
    );
  });

  it('when it is larger than 4 MB', async () => {
    const [passed, says] = await said(`{"status":"${' '.repeat(5_000_000)}`);
    expect([passed, says]).toEqual([false, 'Prometheus answered more than 4 MB: ask for fewer series or samples: up']);
  });
});

describe('a Prometheus that does not answer fails the check', () => {
  it('when it hangs, before or within its answer, or breaks off', async () => {
    await using site = await serve(({ url }, response) => {
      if (url?.startsWith('/drip')) response.write('{"status":');
      if (url?.startsWith('/break'))
        response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy());
    });
    const says = async (path: string) =>
      (await ask(promql('up', { timeout: 150 }), { prometheus: { url: `${site.url}${path}` } })).says;
    expect(await says('/hang')).toBe('Prometheus did not answer within 150 ms: up');
    expect(await says('/drip')).toBe('Prometheus did not answer within 150 ms: up');
    expect(await says('/break')).toMatch(
      /^Prometheus (broke off its answer|closed the connection without an answer): up$/,
    );
  });

  it('when nobody listens', async () => {
    const site = await serve(() => undefined);
    await site[Symbol.asyncDispose]();
    const { says } = await ask(promql('up'), { prometheus: { url: site.url } });
    expect(says).toBe('Prometheus refused the connection: up');
  });

  it('when it sends us elsewhere, where nobody is asked', async () => {
    let visits = 0;
    await using other = await serve((_, response) => {
      visits += 1;
      response.end(JSON.stringify(vector('1')));
    });
    await using site = await serve((_, response) => response.writeHead(307, { location: other.url }).end());
    const { passed } = await ask(promql('up'), { prometheus: { url: site.url } });
    expect([passed, visits]).toEqual([false, 0]);
  });
});

it('any JSON is read as an answer or as none', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (one, other) => {
      expect(() => readReply(one)).not.toThrow();
      const data = `{"resultType":"vector","result":[{"metric":${one},"value":[1,${other}]}]}`;
      expect(() => readReply(`{"status":"success","data":${data}}`)).not.toThrow();
    }),
  );
});

it('a lost lease is a fault', async () => {
  await using site = await serve(() => undefined);
  const signal = AbortSignal.timeout(50);
  await expect(ask(promql('up'), { prometheus: { url: site.url } }, signal)).rejects.toThrow('it was stopped');
});

it('what is said is short, however long the query', async () => {
  await using site = await serve((_, response) => response.end(JSON.stringify(vector('0', '1'))));
  const { says } = await ask(promql(`sum by (x) (${'"😀" '.repeat(2_000)})`), { prometheus: { url: site.url } });
  expect(says).toMatch(/… = 0 \(2 series; worst: instance="i0" 0\): expected >= 1$/);
});
