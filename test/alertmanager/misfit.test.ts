/** Bodies that can't be understood: every fault has its place, says what to do, and quotes nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Terminal } from '../../src/incident/fault.ts';
import { alert, body, faultOf, read } from './samples.ts';

describe('a body that can’t be understood', () => {
  it.each([
    ['{"a": [1,]}', 'line 1, character 10: not JSON'],
    ['{\n "version": "4"', 'line 2, character 16: not JSON'],
    ['[]', 'the body: not an object'],
    [body([], { version: '3' }), 'version: not "4"'],
    [body([], { groupKey: undefined }), 'groupKey: missing'],
    [body([], { receiver: 5 }), 'receiver: not a text'],
    [body([], { truncatedAlerts: 1.5 }), 'truncatedAlerts: not a whole number'],
    [body([], { truncatedAlerts: -1 }), 'truncatedAlerts: below zero'],
    [body([], { groupLabels: { team: 1 } }), 'groupLabels.team: not a text'],
    [body([], { alerts: {} }), 'alerts: not a list'],
    [body([alert(), 'x']), 'alerts[1]: not an object'],
    [body([alert({ startsAt: 'yesterday' })]), 'alerts[0].startsAt: not an RFC 3339 time'],
    [body([alert(), alert(), alert({ startsAt: '2026-11-21T25:00:00Z' })]), 'alerts[2].startsAt: not an RFC 3339 time'],
    [body([alert({ startsAt: '2026-11-21 01:19:49Z' })]), 'alerts[0].startsAt: not an RFC 3339 time'],
    [body([alert({ startsAt: '2026-11-21T01:19:49.0123456789Z' })]), 'alerts[0].startsAt: not an RFC 3339 time'],
    [body([alert({ startsAt: undefined })]), 'alerts[0].startsAt: missing'],
    [body([alert({ endsAt: 0 })]), 'alerts[0].endsAt: not a text'],
    [body([alert({ status: 'suppressed' })]), 'alerts[0].status: neither "firing" nor "resolved"'],
    [body([alert({ fingerprint: undefined })]), 'alerts[0].fingerprint: missing'],
    [body([alert({ fingerprint: 'constructor' })]), 'alerts[0].fingerprint: not a fingerprint in hex digits'],
    [body([alert({ labels: undefined })]), 'alerts[0].labels: missing'],
    [body([alert({ labels: ['x'] })]), 'alerts[0].labels: not a map of texts'],
    [body([alert({ labels: { 'my label': null } })]), 'alerts[0].labels["my label"]: not a text'],
    [body([alert({ annotations: { ['x'.repeat(61)]: 1 } })]), 'alerts[0].annotations[…]: not a text'],
  ])('%s is told where: %s', (text, place) => {
    expect(faultOf(text)).toContain(`translating body 7 of source main: ${place}`);
  });

  it('is told what to do when the operator replaced it', () => {
    expect(faultOf('{"text": "Down!"}')).toContain('Remove `payload` from its webhook_configs entry');
    expect(faultOf(body([], { version: '5' }))).toContain(
      "Send Alertmanager's own webhook body, version 4, unchanged.",
    );
  });

  it('is told at most ten places', () => {
    const text = body(Array.from({ length: 100_000 }, () => 0));
    expect(faultOf(text).match(/alerts\[\d+\]/g)).toHaveLength(10);
  });

  it('does not find its values in the fault', () => {
    const secret = 'hunter2hunter2';
    const wrong = alert({
      status: secret,
      startsAt: secret,
      endsAt: secret,
      fingerprint: secret,
      labels: secret,
      annotations: { a: [secret] },
    });
    expect(faultOf(body([wrong], { version: secret, receiver: [secret], groupKey: { secret } }))).not.toContain(secret);
    expect(faultOf(`{"a": ${secret}}`)).not.toContain(secret);
  });
});

describe('whatever the body', () => {
  const located =
    /^translating body 7 of source main: (?:the body|line \d+, character \d+|\w+[\w.[\]…" -]*): .*\. (?:Send|This is not) .*\.$/s;

  const isRight = (text: string): void => {
    try {
      const event = read(text);
      expect(JSON.stringify(event)).not.toContain(String.raw`\u0000`);
      expect(JSON.stringify(event).isWellFormed()).toBe(true);
      expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f]/);
    } catch (error) {
      if (!(error instanceof Terminal)) throw error;
      expect(error.message).toMatch(/^translating body 7 of source main: /);
    }
  };

  it('any JSON is translated, or its fault has a place', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(faultOf(text)).toMatch(located);
      }),
    );
  });

  it('any text is translated, or its fault has a place', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isRight));
  });

  it('a body with anything anywhere is translated to storable text, or its fault has a place', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constant('\ud800\u0000'),
    );
    const keys = ['status', 'labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'] as const;
    const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    const alerts = fc
      .record({
        labels: texts,
        annotations: texts,
        broken: fc.constantFrom(...keys),
        odd,
        break: fc.integer({ min: 0, max: 4 }),
      })
      .map(({ labels, annotations, broken, odd: value, break: dice }) =>
        alert({ labels, annotations, ...(dice === 0 ? { [broken]: value } : {}) }),
      );
    fc.assert(
      fc.property(fc.array(alerts, { maxLength: 4 }), odd, fc.boolean(), (list, value, outside) => {
        isRight(body(list, outside ? { receiver: value, groupKey: value } : {}));
      }),
      { numRuns: 300 },
    );
  });
});
