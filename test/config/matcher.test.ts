/** Matchers mean what they mean in Alertmanager, and hostile ones cost no more than friendly ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueFault } from '../../src/config/fault.ts';
import { parseMatcher } from '../../src/config/matcher.ts';

describe('a matcher', () => {
  it.each([
    ['severity="critical"', 'severity', 'critical', 'high'],
    ['severity!="critical"', 'severity', 'high', 'critical'],
    ['severity=~"critical|high"', 'severity', 'high', 'higher'],
    ['severity!~"critical|high"', 'severity', 'higher', 'high'],
    ['severity=~"crit"', 'severity', 'crit', 'critical'],
    ['  severity  =~  "a|ab"  ', 'severity', 'ab', 'abc'],
    ['severity=critical', 'severity', 'critical', '"critical"'],
    ['severity=~critical|high', 'severity', 'critical', 'warning'],
    ['path=~/api/.*', 'path', '/api/v1', '/v1'],
    ['_:x9="a"', '_:x9', 'a', ''],
    ['missing=""', 'missing', '', 'there'],
    ['missing!=""', 'missing', 'there', ''],
    ['text="line\\nsaid \\"no\\" \\\\"', 'text', 'line\nsaid "no" \\', 'line'],
    ['text="C:\\data"', 'text', 'C:\\data', 'C:data'],
    ['host=~"web\\d+"', 'host', 'web12', 'webd'],
    ['host=~"a.b"', 'host', 'a-b', 'a\nb'],
    ['host=~"(?i)WEB"', 'host', 'web', 'wob'],
    ['host=~""', 'host', '', 'a'],
    ['host=~"."', 'host', '💳', 'ab'],
    ['größe="1"', 'größe', '1', '2'],
    ['"größe der Box"="1"', 'größe der Box', '1', '2'],
    ['"my \\"label\\""=~"a\\\\d"', 'my "label"', 'a1', 'ad'],
    ['"x"="\\u00e9\\U0001F525\\t"', 'x', 'é🔥\t', 'é'],
    ['a="{b}, c=\'d\'"', 'a', "{b}, c='d'", ''],
  ])('%s', (text, label, accepted, refused) => {
    const matcher = parseMatcher(text);
    expect(matcher).toMatchObject({ label, text });
    expect([matcher.test(accepted), matcher.test(refused)]).toEqual([true, false]);
  });

  it.each(['=', '!=', '=~', '!~'] as const)('tells its sign, %s', (sign) => {
    expect(parseMatcher(`label ${sign} "value"`).sign).toBe(sign);
  });

  it.each([
    ['', 0, 'has no label name'],
    ['="x"', 0, 'has no label name'],
    ['""="x"', 0, 'has an empty label name'],
    ['{a="b"}', 0, 'begins with a brace'],
    ['a', 1, 'has no operator after the label name'],
    ['a b="c"', 2, 'has no operator after the label name'],
    ['a~"b"', 1, 'has no operator after the label name'],
    ['a=', 2, 'has no value that can be read'],
    ['a=="b"', 2, 'has no value that can be read'],
    ["a='b'", 2, 'has no value that can be read'],
    ['a="b', 2, 'has a quote that is never closed'],
    ['a="b\\"', 2, 'has a quote that is never closed'],
    ['a="b"c', 5, 'goes on after its value'],
    ['a=b c', 4, 'goes on after its value'],
    ['a="b",', 5, 'goes on after its value'],
    ['a=~web\\d', 6, 'goes on after its value'],
    ['"a"="\\d"', 5, 'has an escape that is not known here'],
    ['"a\\ud800"="b"', 2, 'has an escape that is not known here'],
    [`a="${'b'.repeat(4096)}"`, 0, 'is longer than 4096 characters'],
    [`a=~"${'x{1000}'.repeat(11)}"`, 3, 'has a regular expression that is too large'],
  ])('%s is refused at character %i: the matcher %s', (text, offset, problem) => {
    expect(faultOf(text)).toMatchObject({ offset, problem: `the matcher ${problem}` });
  });

  it.each([
    ['a=~"("', 'missing closing )'],
    ['a=~"a)|(?:b"', 'unexpected )'],
    ['a=~"(?=b)"', 'invalid or unsupported Perl syntax'],
    ['a=~"(b)\\\\1"', 'invalid escape sequence'],
    ['a=~"b{1001}"', 'invalid repeat count'],
    ['a!~"*"', 'missing argument to repetition operator'],
  ])('%s is not a regular expression: %s', (text, reason) => {
    expect(faultOf(text)).toMatchObject({ offset: 3, problem: `the regular expression is not valid (${reason})` });
  });
});

describe('whatever the text', () => {
  it('a quoted value is compared exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, other) => {
        const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        const { test } = parseMatcher(`label="${quoted}"`);
        expect([test(value), test(other)]).toEqual([true, value === other]);
      }),
    );
  });

  it('a label name may be any text between quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(parseMatcher(`${JSON.stringify(name)}="x"`).label).toBe(name);
      }),
    );
  });

  it('a matcher comes out, or a fault that points into the text', () => {
    const piece = fc.constantFrom(
      'a',
      'label',
      '=',
      '!',
      '~',
      '"',
      '\\',
      '{',
      '}',
      ',',
      ' ',
      '(',
      ')',
      '*',
      '+',
      '?',
      '|',
      '[',
      '💳',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, value) => {
        const text = pieces.join('');
        const fault = faultOf(text);
        const sound =
          fault === null ? typeof parseMatcher(text).test(value) === 'boolean' : fault.offset <= text.length;
        expect(sound).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('time stays linear', () => {
  const long = 'a'.repeat(200_000);

  it.each([
    ['x=~"(a+)+"', `${long}!`],
    ['x=~"(a|a)*"', `${long}!`],
    ['x=~"(a|aa)+"', `${long}!`],
    ['x=~"(.*)(.*)(.*)(.*)(.*)z"', long],
    ['x=~"(a*)*b"', long],
    ['x=~"([a-z]+)*\\\\d"', long],
    ['x!~"(?:a?){100}a{100}!"', long],
  ])('%s against 200,000 characters', (text, value) => {
    const { test } = parseMatcher(text);
    const started = performance.now();
    expect(test(value)).toBe(text.startsWith('x!'));
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each([
    ['quotes', (length: number) => `a="${'\\"'.repeat(length / 2)}`],
    ['backslashes', (length: number) => `a="${'\\'.repeat(length)}`],
    ['spaces', (length: number) => `${' '.repeat(length)}!`],
    ['a name', (length: number) => 'a'.repeat(length)],
    ['open brackets', (length: number) => `a=~"${'('.repeat(length)}"`],
    ['nested repetition', (length: number) => `a=~"${'('.repeat(length / 4)}a${')+'.repeat(length / 4)}"`],
    ['classes', (length: number) => `a=~"${'[^a-z]'.repeat(length / 6)}"`],
  ])('reading 4,000 characters of %s', (_, make) => {
    const started = performance.now();
    faultOf(make(4_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

/** The fault that a text is refused with; null when it is accepted. */
function faultOf(text: string): ValueFault | null {
  try {
    parseMatcher(text);
    return null;
  } catch (error) {
    if (error instanceof ValueFault) return error;
    throw error;
  }
}
