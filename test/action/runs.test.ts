/** A run from asked to ended: who may, what was approved, who is in the way, and what it leaves changed. */
import { describe, expect, test } from 'vitest';
import { ana, at, bo } from '../incident/samples.ts';
import { asMember } from '../runbook/samples.ts';
import { cy, free, checkout as target, openDesk, refusalOf } from './samples.ts';

const rollback = { verb: 'rollback', to: 'previous' } as const;
const restart = { verb: 'restart' } as const;

describe('an action', () => {
  test('is planned, confirmed by whoever asked when nobody else must agree, run, and watched', () => {
    const desk = openDesk();
    desk.ask(restart);
    expect(desk.asked()).toMatchObject([{ type: 'kubernetes.plan', run: '1-1', target, order: restart }]);
    desk.plan();
    expect(desk.stand()).toBe('planned');
    desk.approve(ana);
    expect(desk.asked()).toMatchObject([{ type: 'kubernetes.run', run: '1-1', by: 'Ana', expires: at(13) }]);
    desk.land();
    expect(desk.asked()).toMatchObject([{ type: 'kubernetes.watch', seen: null }]);
    desk.end('succeeded');
    expect(desk.run().stand).toMatchObject({ is: 'ended', outcome: 'succeeded' });
  });

  test('that needs another person is not approved by whoever asked, however often', () => {
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan();
    expect(refusalOf(desk.approve(ana))).toMatch(/your own approval doesn't count/);
    expect(refusalOf(desk.approve(ana))).not.toBe('');
    desk.approve(bo);
    expect(desk.stand()).toBe('running');
  });

  test('is refused to whoever has not the role for it', () => {
    const desk = openDesk();
    expect(refusalOf(desk.ask(rollback, cy))).toMatch(/^Only admins may roll a workload back/);
    expect(refusalOf(desk.ask(restart, cy))).toBe('');
    desk.plan();
    expect(
      refusalOf(
        desk.meet({ type: 'ActionApproved', run: '1-1', digest: 'd', by: cy }, { ...asMember(cy), standing: 'guest' }),
      ),
    ).toMatch(/^Guests/);
  });

  test('is approved by the digest of its plan, and by no other', () => {
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan();
    expect(refusalOf(desk.approve(bo, '1-1', free, 'another'))).toMatch(
      /^The plan has changed since you were shown it/,
    );
  });

  test('that the cluster would fight is refused, unless an admin breaks the glass with a reason', () => {
    const warnings = [{ text: 'Argo CD takes it back within seconds.', blocks: true }];
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan('1-1', { warnings });
    expect(desk.run().stand).toMatchObject({ is: 'ended', outcome: 'refused', glass: true });
    expect(refusalOf(desk.ask(rollback, cy, 'it burns'))).not.toBe('');
    expect(refusalOf(desk.ask(rollback, ana, ' '))).toMatch(/^Say why the glass is broken/);
    desk.ask(rollback, ana, 'checkout is down');
    desk.plan('1-2', { warnings });
    expect(desk.stand('1-2')).toBe('running');
  });

  test('whose worker is given up on ends as far as is known', () => {
    const given = { type: 'EffectGivenUp', why: 'it ended 20 processes, so it was parked', visit: null } as const;
    const desk = openDesk();
    desk.ask(restart);
    desk.meet({ ...given, effect: 'slack.action', run: '1-1' });
    expect(desk.stand()).toBe('planning');
    desk.meet({ ...given, effect: 'kubernetes.plan', run: '1-1' });
    expect(desk.run().stand).toMatchObject({
      ...{ is: 'ended', outcome: 'refused' },
      says: 'It could not be planned: it ended 20 processes, so it was parked.',
    });
    desk.ask(restart);
    desk.plan('1-2');
    desk.approve(ana, '1-2');
    desk.meet({ ...given, effect: 'kubernetes.run', run: '1-2' });
    expect(desk.run('1-2').stand).toMatchObject({ is: 'ended', outcome: 'unknown' });
    const other = openDesk();
    other.ask(restart);
    other.plan();
    other.approve(ana);
    other.land();
    other.meet({ ...given, effect: 'kubernetes.recheck', run: '1-1' });
    expect(other.stand()).toBe('watching');
    other.meet({ ...given, effect: 'kubernetes.watch', run: '1-1' });
    expect(other.run().stand).toMatchObject({ is: 'ended', outcome: 'unknown' });
  });

  test('waits for nobody longer than ten minutes', () => {
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan();
    const { stand } = desk.run();
    const until = stand.is === 'planned' ? stand.until : 0;
    expect(until).toBe(at(12));
    for (let minute = 3; minute < 12; minute += 1) desk.meet({ type: 'PlanExpired', run: '1-1' });
    desk.meet({ type: 'PlanExpired', run: '1-1' });
    expect(desk.run().stand).toMatchObject({ is: 'ended', outcome: 'expired' });
    expect(refusalOf(desk.approve(bo))).toMatch(/waits for no approval/);
  });

  test('on a workload that another incident works on is refused with who does', () => {
    const holder = { run: '7-1', incident: 7, by: 'Bo', watching: false };
    const desk = openDesk();
    desk.ask(restart);
    desk.plan();
    desk.approve(ana, '1-1', { ...free, holder });
    expect(desk.run().stand).toMatchObject({ outcome: 'refused', says: expect.stringContaining('Bo works on') });
  });

  test('that goes back does not wait for somebody who only watches', () => {
    const holder = { run: '7-1', incident: 7, by: 'Bo', watching: true };
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan();
    desk.approve(bo, '1-1', { ...free, holder });
    expect(desk.stand()).toBe('running');
  });

  test('whose end nobody knows holds its workload: nothing else is done to it', () => {
    const desk = openDesk();
    desk.ask(restart);
    desk.plan();
    desk.approve(ana);
    desk.end('unknown');
    expect(refusalOf(desk.ask(restart))).toMatch(/is under way already/);
    desk.meet({ type: 'ActionCancelled', run: '1-1', by: bo }, asMember(bo));
    expect(refusalOf(desk.ask(restart))).toBe('');
  });

  test('can be called off until it begins', () => {
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan();
    desk.meet({ type: 'ActionCancelled', run: '1-1', by: bo }, asMember(bo));
    expect(desk.run().stand).toMatchObject({ outcome: 'cancelled', says: 'Bo called it off.' });
    expect(refusalOf(desk.approve(bo))).not.toBe('');
  });

  test('that makes no sense, or is too much, is not even planned', () => {
    const desk = openDesk();
    for (const to of [-1, 1.5, 1e9, Number.NaN]) expect(refusalOf(desk.ask({ verb: 'scale', to }))).not.toBe('');
    const elsewhere = { type: 'ActionAsked', order: restart, breakGlass: null, undoes: null, by: cy } as const;
    for (const other of ['nonsense', 'eu-1/kube-system/Deployment/dns', 'eu-1/shop/Deployment/other']) {
      expect(refusalOf(desk.meet({ ...elsewhere, target: other }, asMember(cy)))).not.toBe('');
    }
    expect(desk.asked()).toEqual([]);
  });
});

describe('what an action leaves changed', () => {
  const scaled = () => {
    const desk = openDesk();
    desk.ask({ verb: 'scale', to: 6 });
    desk.plan('1-1', { inverse: { verb: 'scale', to: 3 } });
    desk.approve(ana);
    desk.land();
    desk.end('succeeded');
    return desk;
  };

  test('keeps the incident from being closed, in a sentence that says what', () => {
    const desk = scaled();
    expect(refusalOf(desk.meet({ type: 'Closed', by: bo, reason: 'done' }, asMember(bo)))).toContain(
      `scale to 6 of ${target} (run 1-1)`,
    );
  });

  test('is put back by the inverse that was stored before the deed', () => {
    const desk = scaled();
    const { inverse } = desk.run();
    expect(inverse).toEqual({ verb: 'scale', to: 3 });
    if (inverse === null) return;
    desk.meet({ type: 'ActionAsked', order: inverse, target, by: bo, breakGlass: null, undoes: '1-1' }, asMember(bo));
    desk.plan('1-2', { inverse: { verb: 'scale', to: 6 } });
    desk.approve(bo, '1-2');
    desk.land('1-2');
    desk.end('succeeded', '1-2');
    expect(desk.run().left).toEqual({ is: 'reverted', by: '1-2' });
    expect(refusalOf(desk.meet({ type: 'Closed', by: bo, reason: 'done' }, asMember(bo)))).toBe('');
  });

  test('is kept by an owner until a date, who is reminded then', () => {
    const desk = scaled();
    desk.meet({ type: 'ChangeKept', run: '1-1', by: ana, owner: bo, until: at(60), why: 'ticket 42' }, asMember(ana));
    expect(desk.run().left).toMatchObject({ is: 'kept', owner: bo });
    const answer = desk.meet({ type: 'KeepEnded', run: '1-1', until: at(60) });
    expect(answer).toMatchObject({
      effects: expect.arrayContaining([expect.objectContaining({ type: 'slack.note', mention: bo })]),
    });
    expect(desk.run().left).toEqual({ is: 'changed' });
  });
});

test('a plan that something else replaces has ended, and says so', () => {
  const desk = openDesk();
  desk.ask(rollback);
  desk.plan();
  desk.ask(restart);
  expect(desk.run().stand).toMatchObject({ is: 'ended', outcome: 'cancelled', plan: { digest: 'd' } });
  expect(desk.stand('1-2')).toBe('planning');
});
