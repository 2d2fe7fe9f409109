/** The test of the test: the check finds nothing in a scene that went well, and notices every way in which one can go wrong. */
import { describe, expect, test } from 'vitest';
import { start } from '../sound-life.ts';
import { withLines } from './changes.ts';
import { check } from './check.ts';
import { soundScene } from './sound.ts';
import { tampers } from './tampers.ts';

const scene = soundScene();

test('a scene in which everything was kept breaks no promise', () => {
  expect(check(scene)).toEqual([]);
});

test('an end that is heard of late does not turn the clock of a policy back: who was called was called', () => {
  const late = withLines(scene, 3, (line) => {
    if (line.type !== 'LevelsCalled' || line.levels[0]?.id !== 'L3') return [line];
    return [
      { ...line, at: start + 11_900 },
      { type: 'Cleared', at: start + 2_400, until: start + 4_400 },
      { type: 'FiredAgain', at: start + 14_500 },
      { ...line, at: start + 20_600, page: '3-1-9', levels: [{ ...line.levels[0], id: 'L4' }] },
    ];
  });
  expect(check(late).filter(({ rule }) => rule === 'each level in its time')).toEqual([]);
});

describe('the check notices that', () => {
  test.each(tampers)('$name', ({ rule, apply }) => {
    const broken = apply(scene);
    if (broken === null) throw new Error('the sound scene has nothing of the kind');
    expect(check(broken).map((violation) => violation.rule)).toContain(rule);
  });
});
