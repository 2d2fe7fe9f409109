/** How the model reads copies that come late. */
import { expect, it } from 'vitest';
import { received } from './received.ts';

const began = Date.parse('2026-01-01T00:00:00Z');

/** Bodies that came in so many seconds after the alert began: what was said, and since when. */
const told = (...said: readonly (readonly [number, 'firing' | 'resolved', number?])[]) =>
  received(
    said.map(([second, status, since = 0], index) => {
      const startsAt = new Date(began + since * 1000).toISOString();
      const endsAt = status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(began + second * 1000).toISOString();
      const body = JSON.stringify({ alerts: [{ fingerprint: 'f', status, startsAt, endsAt }] });
      return { seq: index + 1, at: began + second * 1000, body, recorded: true, fault: null };
    }),
  ).get('f');

it('repeats begin nothing, and neither does a copy within 40 s of the resolve', () => {
  expect(told([1, 'firing'], [2, 'firing'], [3, 'resolved'], [43, 'firing'])).toMatchObject({
    began: 1,
    believed: false,
  });
});

it('a copy that comes later is believed, until it is resolved again', () => {
  expect(told([1, 'firing'], [3, 'resolved'], [44, 'firing'])).toMatchObject({ began: 2, believed: true });
  expect(told([1, 'firing'], [3, 'resolved'], [44, 'firing'], [45, 'resolved'])).toMatchObject({ believed: false });
});

it('a later start is news, and the end of what was before it ends nothing', () => {
  expect(told([1, 'firing'], [5, 'resolved'], [7, 'firing', 6], [5, 'resolved'])).toMatchObject({
    began: 2,
    believed: false,
    firing: true,
  });
});
