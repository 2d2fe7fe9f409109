/** The test of the test: the check finds nothing in a scene that went well, and notices every way in which one can go wrong. */
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { soundScene } from './sound.ts';
import { tampers } from './tampers.ts';

const scene = soundScene();

test('a scene in which everything was kept breaks no promise', () => {
  expect(check(scene)).toEqual([]);
});

describe('the check notices that', () => {
  test.each(tampers)('$name', ({ rule, apply }) => {
    const broken = apply(scene);
    if (broken === null) throw new Error('the sound scene has nothing of the kind');
    expect(check(broken).map((violation) => violation.rule)).toContain(rule);
  });
});
