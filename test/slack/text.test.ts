/** Text from outside: short enough, harmless, and still readable. */
import { describe, expect, it } from 'vitest';
import { bare, escape, line, plain, who } from '../../src/slack/views/text.ts';

describe('a line', () => {
  it('keeps what fits, on one line', () => {
    expect(line('  db\r\n\tis   down ', 20)).toBe('db is down');
  });

  it('is cut without splitting a character', () => {
    expect(line('x😀😀', 3)).toBe('x…');
    expect(line('😀'.repeat(100), 10)).toBe(`${'😀'.repeat(4)}…`);
  });

  it('drops what shows nothing or turns the direction round', () => {
    expect(line('a\u0000b\u202Ec\u2066d', 20)).toBe('abcd');
  });

  it('repairs half a surrogate pair, which form encoding would refuse', () => {
    expect(encodeURIComponent(line('db \uD83D down', 20))).toBe('db%20%EF%BF%BD%20down');
  });

  it('of fifty million characters is cut at once', () => {
    const started = performance.now();
    expect(line('\n'.repeat(50_000_000), 10)).toBe('…');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

it('text that Slack may read as mrkdwn is escaped as Slack wants it', () => {
  expect(escape('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
});

it('a bare line has no formatting, and its limit holds after escaping', () => {
  expect(bare('*bold* _it_ `<x>`', 40)).toBe('bold it &lt;x&gt;');
  expect(bare('&&&&', 11)).toBe('&amp;&amp;');
});

it('a person is called by their Slack id, or by plain name when there is none', () => {
  expect(who({ id: 'U0ANA', name: 'Ana' })).toBe('<@U0ANA>');
  expect(who({ id: 'vigie', name: '<!channel>' })).toBe('&lt;!channel&gt;');
});

it('plain text is never empty, and shortcodes in it stay words', () => {
  expect(plain(' ', 10)).toEqual({ type: 'plain_text', text: '–', emoji: false });
});
