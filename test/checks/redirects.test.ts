/** Redirects that HTTP checks follow, and those that want them elsewhere. */
import { describe, expect, it } from 'vitest';
import { ask, http, serve } from './asking.ts';

describe('a redirect', () => {
  /** A site that redirects as its paths say: `/to?<location>`, `/down/3` three times. */
  const turning = () =>
    serve(({ url = '' }, response) => {
      const [, left] = /^\/down\/(\d+)$/.exec(url) ?? [];
      const location =
        left === undefined
          ? decodeURIComponent(url.split('?')[1] ?? '')
          : left === '1'
            ? '/end'
            : `/down/${Number(left) - 1}`;
      if (location === '') response.end('the end');
      else response.writeHead(302, { location }).end('moved');
    });

  it('on the same host is followed, three times at most', async () => {
    await using site = await turning();
    const settings = { hosts: [site.host] };
    const three = await ask(http(`${site.url}/down/3`, { contains: 'the end' }), settings);
    expect(three).toMatchObject({ passed: true });
    expect(three.says).toBe(
      `GET ${site.url}/down/3 → … → ${site.url}/end answered 200 in 0 ms with "the end" in the body`,
    );
    const four = await ask(http(`${site.url}/down/4`), settings);
    expect(four.passed).toBe(false);
    expect(four.says).toMatch(
      /down\/1 answered 302 in 0 ms, a redirect to http:.*\/end \(not followed: more than 3\): expected 200\./,
    );
  });

  it('that is expected is not followed', async () => {
    await using site = await turning();
    expect((await ask(http(`${site.url}/down/3`, { expect: [302] }), { hosts: [site.host] })).says).toBe(
      `GET ${site.url}/down/3 answered 302 in 0 ms`,
    );
  });

  it('to another host is the answer, and nobody there is asked, whether the host is allowed or not', async () => {
    await using site = await turning();
    let visits = 0;
    await using other = await serve((_, response) => {
      visits += 1;
      response.end();
    });
    const hosts = [site.host, 'localhost', `localhost:${other.port}`];
    for (const place of [
      `http://localhost:${other.port}/?token=hunter2`,
      other.url,
      `//${other.host}/`,
      `http:\\\\${other.host}`,
    ]) {
      const { passed, says } = await ask(http(`${site.url}/to?${encodeURIComponent(place)}`), { hosts });
      expect(passed).toBe(false);
      expect(says).toMatch(
        /answered 302 in 0 ms, a redirect to http:\/\/.* \(not followed: (another host|not allowed)\): expected 200\. It said: moved$/,
      );
      expect(says).not.toContain('hunter2');
    }
    expect(visits).toBe(0);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'another host'],
    ['http://ana:secret@127.0.0.1/', 'not allowed'],
    ['file:///etc/passwd', 'another host'],
    ['javascript:alert(1)', 'another host'],
    ['http://%', 'a redirect to no address'],
  ])('to %s is not followed', async (location, why) => {
    await using site = await turning();
    const { passed, says } = await ask(http(`${site.url}/to?${encodeURIComponent(location)}`), { hosts: [site.host] });
    expect([passed, says.includes(why), says.includes('secret@')]).toEqual([false, true, false]);
  });
});
