/** Where a text stops being JSON. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetOfFault, placeOf } from '../../src/alertmanager/json.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('a text that is not JSON', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['x', 0],
    ['{"a":x}', 5],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{} x', 3],
    ['[}', 1],
    ['{]', 1],
    [']', 0],
    ['{"a" "b"}', 5],
    ['{"a":"b\nc"}', 5],
    [String.raw`["\x41"]`, 1],
    ['{"a":01}', 6],
    ['nul', 0],
    ['{1:2}', 1],
    ['["a":1]', 4],
    ['\uFEFF{}', 0],
  ])('%j stops at %i', (text, offset) => {
    expect(isJson(text)).toBe(false);
    expect(offsetOfFault(text)).toBe(offset);
  });

  it('stops where JSON.parse says, whenever that says a place between two tokens', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('}', ']', ',', ':', '"a"', ' 7 ', 'true', '{', '['),
        (json, place, extra) => {
          const at = place % (json.length + 1);
          const text = json.slice(0, at) + extra + json.slice(at);
          let message = '';
          try {
            JSON.parse(text);
          } catch (error) {
            message = String(error);
          }
          const said = /(?:Expected .*|character after JSON) at position (\d+)/.exec(message)?.[1];
          const ours = offsetOfFault(text);
          expect(ours).toBe(said === undefined ? ours : Number(said));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('stops before its end, and JSON does not stop at all', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(offsetOfFault(json)).toBe(json.length);
      }),
    );
  });

  it('is told by line and character, as people count', () => {
    expect(placeOf('{\n  "a": x', 9)).toBe('line 2, character 8');
    expect(placeOf('', 0)).toBe('line 1, character 1');
  });

  it('of eight megabytes is looked through in passing', () => {
    const text = `{"a":"${String.raw`\n`.repeat(2 ** 21)}${'x'.repeat(2 ** 22)}",`;
    const began = performance.now();
    expect(offsetOfFault(text)).toBe(text.length);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
