/** What a poll tells of alerts that are listed: what still fires, what is hidden, and what fires again. */
import { describe, expect, it } from 'vitest';
import type { Muting } from '../../src/incident/incident.ts';
import { answer, at, follow, held, listed, other, silence } from './reconcile-world.ts';

const silenced: Muting = { is: 'silenced', id: 's1', until: at(3_600), by: 'Bo' };
const hidden = listed({ silencedBy: ['s1'] });
const bySilence = { silences: [silence()] };
const resolved = held({ alert: { status: 'resolved', endsAt: at(-60), changedAt: at(-50) } });

describe('an alert that still fires', () => {
  it('is nothing new', () => {
    expect(follow([held()], [answer(0, [listed()]), answer(30, [listed()])]).told).toEqual([[], []]);
  });

  it('is told once when its source was taken for silent', () => {
    const { told } = follow([held({ unknown: true })], [answer(0, [listed()]), answer(30, [listed()])]);
    expect(told).toEqual([[{ fingerprint: 'a1', is: 'firing' }], []]);
  });

  it('is not another one because a replica says that it began earlier, or later but before it was last seen', () => {
    const answers = [-900, -700, -600, -1, 50].map((startsAt, index) =>
      answer(30 * index, [listed({ startsAt: at(startsAt) })]),
    );
    expect(follow([held()], answers).told.flat()).toEqual([]);
  });

  it('may be one that nobody of Vigie knows: what no webhook told is not ours', () => {
    expect(follow([], [answer(0, [listed()])]).told).toEqual([[]]);
  });
});

describe('an alert that is hidden', () => {
  it('is told with the silence, its end and its author', () => {
    const { told } = follow([held()], [answer(0, [hidden], bySilence), answer(30, [hidden], bySilence)]);
    expect(told).toEqual([[{ fingerprint: 'a1', is: 'muted', by: silenced }], []]);
  });

  it('is told again when its source was taken for silent: it is known to fire again', () => {
    const { told } = follow(
      [held({ muted: silenced, unknown: true })],
      [answer(0, [hidden], bySilence), answer(30, [hidden], bySilence)],
    );
    expect(told).toEqual([[{ fingerprint: 'a1', is: 'muted', by: silenced }], []]);
  });

  it('has the last of several silences', () => {
    const silences = [
      silence(),
      silence({ id: 's2', endsAt: at(7_200), createdBy: 'Cy' }),
      silence({ id: 's3', endsAt: at(9_000) }),
    ];
    const { told } = follow([held()], [answer(0, [listed({ silencedBy: ['s1', 's2'] })], { silences })]);
    expect(told[0]).toEqual([
      { fingerprint: 'a1', is: 'muted', by: { is: 'silenced', id: 's2', until: at(7_200), by: 'Cy' } },
    ]);
  });

  it('is told again when its silence is prolonged, but not when an answer has forgotten its end', () => {
    const longer = { silences: [silence({ endsAt: at(7_200) })] };
    const answers = [answer(0, [hidden], bySilence), answer(30, [hidden]), answer(60, [hidden], longer)];
    const { told } = follow([held()], answers);
    expect(told.map((facts) => facts.map(({ is }) => is))).toEqual([['muted'], [], ['muted']]);
  });

  it('shows a hostile author on one short line', () => {
    const silences = [silence({ createdBy: `<!channel>\u202E\n\0${'x'.repeat(500)}` })];
    const [[fact] = []] = follow([held()], [answer(0, [hidden], { silences })]).told;
    expect(fact).toMatchObject({ by: { by: expect.stringMatching(/^<!channel> x{50,109}…$/) as string } });
  });

  it('is told with the alerts that inhibit it, in whatever order they come', () => {
    const first = answer(0, [listed({ inhibitedBy: ['b2', 'b1'] })]);
    const again = answer(30, [listed({ inhibitedBy: ['b1', 'b2'] })]);
    expect(follow([held()], [first, again]).told).toEqual([
      [{ fingerprint: 'a1', is: 'muted', by: { is: 'inhibited', by: ['b1', 'b2'] } }],
      [],
    ]);
  });

  it('is told with the mute time intervals, where Alertmanager tells them', () => {
    const { told } = follow([held()], [answer(0, [listed({ timedBy: ['nights'] })])]);
    expect(told[0]).toEqual([{ fingerprint: 'a1', is: 'muted', by: { is: 'timed', by: ['nights'] } }]);
  });

  it('is gone when it is not listed any more, which a webhook never tells', () => {
    const answers = [answer(0, [hidden], bySilence), ...[30, 60, 90].map((seconds) => answer(seconds, [other]))];
    const { told } = follow([held()], answers);
    expect(told.at(-1)).toEqual([{ fingerprint: 'a1', is: 'gone', since: at(30), was: silenced }]);
  });
});

describe('an alert that is hidden no more', () => {
  const muted = held({ muted: silenced });

  it('is told at once when the time of its silence is over', () => {
    const { told } = follow([muted], [answer(3_600, [listed()], bySilence)]);
    expect(told).toEqual([[{ fingerprint: 'a1', is: 'unmuted', was: silenced }]]);
  });

  it('is told at once when its silence was expired by hand', () => {
    const silences = [silence({ state: 'expired', endsAt: at(-5) })];
    expect(follow([muted], [answer(0, [listed()], { silences })]).told[0]).toMatchObject([{ is: 'unmuted' }]);
  });

  it('is told by the second of two polls when a replica may just not know the silence yet', () => {
    const answers = [
      answer(0, [listed()]),
      answer(30, [hidden], bySilence),
      answer(60, [listed()]),
      answer(90, [listed()]),
    ];
    expect(follow([muted], answers).told.map((facts) => facts.map(({ is }) => is))).toEqual([[], [], [], ['unmuted']]);
  });

  it('is told by the second of two polls when the alert that inhibited it is gone', () => {
    const inhibited = held({ muted: { is: 'inhibited', by: ['b1'] } });
    expect(follow([inhibited], [answer(0, [listed()]), answer(30, [listed()])]).told).toMatchObject([
      [],
      [{ is: 'unmuted' }],
    ]);
  });

  it('is told as another firing when it ended and fired again under the silence', () => {
    const again = { startsAt: at(20) };
    const answers = [
      answer(0, [hidden], bySilence),
      answer(30, [listed({ ...again, silencedBy: ['s1'] })], bySilence),
      answer(3_600, [listed(again)], bySilence),
    ];
    expect(follow([muted], answers).told).toEqual([
      [],
      [],
      [{ fingerprint: 'a1', is: 'refired', startsAt: at(20), was: silenced }],
    ]);
  });

  it('is not told of an alert that Alertmanager has not looked at yet', () => {
    const answers = [0, 30, 60].map((seconds) => answer(seconds, [listed({ decided: false })]));
    expect(follow([muted], answers).told.flat()).toEqual([]);
  });
});

describe('an alert that fires again', () => {
  it('is told when it began after it was last seen, although no webhook says so until repeat_interval', () => {
    const answers = [
      answer(0, [listed()]),
      answer(30, [listed({ startsAt: at(10) })]),
      answer(60, [listed({ startsAt: at(10) })]),
    ];
    expect(follow([held()], answers).told).toEqual([
      [],
      [{ fingerprint: 'a1', is: 'refired', startsAt: at(10), was: null }],
      [],
    ]);
  });

  it('is told after it was resolved and two polls saw it', () => {
    const again = listed({ startsAt: at(-20), updatedAt: at(-20) });
    const { told, holds } = follow([resolved], [answer(0, [again]), answer(30, [again]), answer(60, [again])]);
    expect(told).toEqual([[], [{ fingerprint: 'a1', is: 'refired', startsAt: at(-20), was: null }], []]);
    expect(holds[0]?.alert).toMatchObject({ status: 'firing', startsAt: at(-20), endsAt: null });
  });

  it('is told when it was resolved by mistake, and its Prometheus still posts it', () => {
    const posted = listed({ updatedAt: at(-1) });
    expect(follow([resolved], [answer(0, [posted]), answer(30, [posted])]).told[1]).toMatchObject([
      { is: 'refired', startsAt: at(-600) },
    ]);
  });

  it('is not believed of a replica that has not been told anything since the alert ended', () => {
    // Its `endsAt` lies minutes ahead, so it goes on listing the alert.
    const stale = listed({ updatedAt: at(-70) });
    expect(
      follow(
        [resolved],
        [0, 30, 60, 90].map((seconds) => answer(seconds, [stale])),
      ).told.flat(),
    ).toEqual([]);
  });

  it('under a silence is left alone until the silence is over', () => {
    const again = { startsAt: at(-20), updatedAt: at(50) };
    const answers = [
      answer(0, [listed({ ...again, silencedBy: ['s1'] })], bySilence),
      answer(30, [listed({ ...again, silencedBy: ['s1'] })], bySilence),
      answer(60, [listed(again)]),
      answer(90, [listed(again)]),
    ];
    expect(follow([resolved], answers).told.map((facts) => facts.length)).toEqual([0, 0, 0, 1]);
  });
});
