/** The test of the test: the check finds nothing in a run that went well, and notices every way in which one can go wrong. */
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { soundRun } from './sound.ts';
import { tampers } from './tampers.ts';

const { model, observation } = soundRun();

test('a run in which everything was kept breaks no promise', () => {
  expect(check(model, observation)).toEqual([]);
});

describe('the check notices that', () => {
  test.each(tampers)('$name', ({ rule, apply }) => {
    const broken = apply(observation, model);
    if (broken === null) throw new Error('the sound run has nothing of the kind');
    expect(check(model, broken).map((violation) => violation.rule)).toContain(rule);
  });
});

test('a copy of a declaration is one too many only when it was typed once', () => {
  const [, second] = observation.incidents;
  if (second === undefined) throw new Error('the sound run declares nothing');
  const again = { ...second, incident: { ...second.incident, number: 3 } };
  const twice = { ...observation, incidents: [...observation.incidents, again] };
  const words = (attempts: number): readonly string[] =>
    check({ ...model, declared: [{ title: 'The shop is slow', attempts, answered: [2] }] }, twice)
      .filter(({ rule }) => rule === 'what was answered is recorded')
      .map(({ says }) => says);
  expect(words(1)).toEqual(['“The shop is slow” was typed 1 times and is 2, 3']);
  expect(words(2)).toEqual([]);
});
