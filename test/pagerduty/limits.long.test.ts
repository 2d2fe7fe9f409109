/** Texts cut to what PagerDuty takes: the page always goes out, and the most important is what is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Brief } from '../../src/incident/pager.ts';
import { writeBrief } from '../../src/incident/brief.ts';
import { fitPage, isMarked, limits, marked, markOf } from '../../src/pagerduty/limits.ts';
import { conceal } from '../../src/pagerduty/words.ts';
import { noon, page } from './pager.ts';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a page', () => {
  it('has a summary of at most 1,024 characters, and never none', () => {
    const { payload } = fitPage({ ...page, summary: '🔥'.repeat(2_000), source: ' ' }, noon);
    expect(payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(payload.summary).toMatch(/🔥…$/u);
    expect(payload.source).toBe('vigie');
    expect(fitPage({ ...page, summary: '\u200B' }, noon).payload.summary).toBe('Vigie pages without a summary');
  });

  it('loses links that are none, and keeps twenty', () => {
    const bad = ['javascript:alert(1)', 'not a link', '', `https://x.example/${'a'.repeat(3_000)}`];
    const good = Array.from({ length: 30 }, (_, index) => `https://x.example/${index}`);
    const { links } = fitPage({ ...page, links: [...bad, ...good].map((href) => ({ href, text: '' })) }, noon);
    expect(links).toHaveLength(20);
    expect(links[0]).toEqual({ href: 'https://x.example/0', text: 'x.example' });
  });

  it('has at most 512 kB, and the longest detail is cut first', () => {
    const details = { brief: 'Nothing was tried yet.', log: '"\n'.repeat(400_000), trace: 'é'.repeat(300_000) };
    const fitting = fitPage({ ...page, details }, noon);
    expect(bytes(fitting)).toBeLessThanOrEqual(limits.event);
    expect(bytes(fitting)).toBeGreaterThan(100_000);
    expect(fitting.payload.custom_details['brief']).toBe('Nothing was tried yet.');
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`label${index}`, 'value']));
    expect(fitPage({ ...page, details: many }, noon).payload.custom_details).toEqual({
      cut: 'The details were too many to be sent',
    });
  });

  it('fits whatever it says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    const any = fc.record({
      summary: text,
      source: text,
      links: fc.array(fc.record({ href: fc.oneof(text, fc.webUrl()), text }), { maxLength: 30 }),
      details: fc.dictionary(text, text, { maxKeys: 30 }),
    });
    fc.assert(
      fc.property(any, (given) => {
        const fitting = fitPage({ ...given, severity: 'critical' }, noon);
        expect(bytes(fitting)).toBeLessThanOrEqual(limits.event);
        expect(fitting.payload.summary.length).toBeGreaterThan(0);
        expect([...fitting.payload.summary].length).toBeLessThanOrEqual(limits.summary);
        expect(JSON.stringify(fitting)).not.toMatch(/\\ud[89a-f]/);
      }),
      { numRuns: 100 },
    );
  });
});

it('a mark is found again, and is nobody else’s', () => {
  const text = marked('x'.repeat(30_000), '12-3-0', limits.note);
  expect(text).toHaveLength(limits.note);
  expect(text.endsWith(markOf('12-3-0'))).toBe(true);
  expect(isMarked(text)).toBe(true);
  expect(text.includes(markOf('12-3'))).toBe(false);
  expect(isMarked('I asked [vigie 12-3-0] to do it')).toBe(false);
});

it('secrets are left out of what is quoted, known or not', () => {
  const said =
    'key 0123456789abcdef0123456789ABCDEF, routing_key: "hush", Token token=abcdef1234, Bearer eyJhbGci, mine';
  expect(conceal(said, ['mine'])).toBe('key …, routing_key: …, Token token= …, Bearer …, …');
});

describe('a brief', () => {
  const brief: Brief = {
    state: 'Critical: HighLatency on checkout fires since 03:11. Nobody has it.',
    tried: [
      { title: 'Does the shop answer?', outcome: 'failed', evidence: 'GET /health answered 503' },
      { title: 'Restart checkout', outcome: 'done', evidence: '' },
    ],
    called: ['03:15 UTC L2 on-call: PagerDuty has it'],
    actions: ['restart of eu-1/shop/Deployment/checkout: succeeded'],
    changed: [],
    ruledOut: ['A deploy: none within the last hour'],
    running: ['Scaling checkout to 6 (locks eu-1/shop/Deployment/checkout)'],
    next: 'Go back to the last version',
    link: 'https://slack.example/C1',
  };

  it('says what is wrong, what is next, what runs, what it is not, and what was tried', () => {
    expect(writeBrief(brief, limits.note).split('\n')).toEqual([
      'Critical: HighLatency on checkout fires since 03:11. Nobody has it.',
      'Next: Go back to the last version',
      ...['Under way:', '- Scaling checkout to 6 (locks eu-1/shop/Deployment/checkout)'],
      ...['Actions:', '- restart of eu-1/shop/Deployment/checkout: succeeded'],
      ...['Ruled out:', '- A deploy: none within the last hour'],
      ...['Called:', '- 03:15 UTC L2 on-call: PagerDuty has it'],
      ...['Tried:', '- Does the shop answer?: failed. GET /health answered 503', '- Restart checkout: done'],
      'All of it: https://slack.example/C1',
    ]);
    const bare = { ...brief, tried: [], called: [], actions: [], ruledOut: [], running: [], next: null, link: null };
    expect(writeBrief(bare, limits.note)).toBe(`${brief.state}\nNothing was tried yet.`);
  });

  it('leaves out the oldest of what was tried first, and says so', () => {
    const tried = Array.from({ length: 300 }, (_, index) => ({
      title: `Step ${index}`,
      outcome: 'done',
      evidence: 'ok',
    }));
    const text = writeBrief({ ...brief, tried }, 1_000);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text).toMatch(/\n- \d+ earlier steps left out\n/);
    expect(text).toContain('- Step 299: done. ok');
    expect(text).not.toContain('- Step 0:');
    expect(text).toContain('Next: Go back');
    expect(text).toContain('All of it: https://slack.example/C1');
    expect(writeBrief({ ...brief, tried }, 60)).toHaveLength(60);
  });

  it('stays one line an item, whatever outsiders wrote', () => {
    const tried = [{ title: 'Look\n- at\u202E this', outcome: 'failed', evidence: `x\r\n${'y'.repeat(5_000)}` }];
    const text = writeBrief({ ...brief, tried }, limits.note);
    expect(text).toMatch(/^- Look - at this: failed\. x y+…$/m);
    expect(text.length).toBeLessThan(2_000);
  });
});
