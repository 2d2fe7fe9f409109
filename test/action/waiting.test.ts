/** Runs that wait: for nobody, for a pod that is in the way, for a workload that another incident works on. */
import { describe, expect, test } from 'vitest';
import { shippedAutomation } from '../../src/access/automation.ts';
import type { Facts } from '../../src/incident/facts.ts';
import { vigie } from '../../src/incident/incident.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { ana, at, bo } from '../incident/samples.ts';
import { asMember } from '../runbook/samples.ts';
import { checkout as target, facts, free, openDesk, refusalOf } from './samples.ts';

const rollback = { verb: 'rollback', to: 'previous' } as const;

/** The sentences of what was recorded. */
const said = (answer: ReturnType<ReturnType<typeof openDesk>['meet']>): readonly string[] =>
  isRefusal(answer) ? [answer.refused] : answer.lines.map(sentence);

describe('a plan', () => {
  const automated: Facts = {
    ...facts,
    services: facts.services.map((each) => ({ ...each, automation: { ...shippedAutomation, mode: 'on' } })),
  };

  test('says who must agree, and to whom it is left', () => {
    const desk = openDesk();
    desk.ask(rollback);
    expect(said(desk.plan())[0]).toMatch(/is made\. 1 other person must agree\.$/);
    desk.ask({ verb: 'restart' });
    expect(said(desk.plan('1-2'))[0]).toMatch(/is made\. It waits for a confirmation\.$/);
  });

  test('waits for nobody where the glass is broken, where Vigie acts by itself, and where it is refused', () => {
    const broken = openDesk();
    broken.ask(rollback, ana, 'it burns');
    expect(said(broken.plan())[0]).toMatch(/is made\.$/);
    const auto = openDesk(automated);
    auto.meet({ type: 'ActionAsked', order: rollback, target, by: vigie, breakGlass: null, undoes: null });
    expect(said(auto.plan('1-1', { deployedAt: at(0) }))).toEqual([
      `The plan of run 1-1 (roll back of ${target}) is made.`,
      `Run 1-1 begins: roll back of ${target}, by the word of Vigie.`,
    ]);
    const blocked = openDesk();
    blocked.ask(rollback);
    expect(said(blocked.plan('1-1', { warnings: [{ text: 'Argo CD takes it back', blocks: true }] }))).toEqual([
      `The plan of run 1-1 (roll back of ${target}) is made.`,
      `Run 1-1 (roll back of ${target}) was refused: Argo CD takes it back. An admin may break the glass.`,
    ]);
  });
});

describe('a rollout that a pod keeps waiting', () => {
  const stuck = () => {
    const desk = openDesk();
    desk.ask(rollback);
    desk.plan('1-1', { inverse: { verb: 'rollback', to: 3 } });
    desk.approve(bo);
    desk.land();
    desk.meet({
      type: 'RunEnded',
      run: '1-1',
      outcome: 'failed',
      says: 'Pod checkout-6b9f-stuck is stuck',
      stuck: 'checkout-6b9f-stuck',
    });
    return desk;
  };
  const remove = (desk: ReturnType<typeof openDesk>, pod: string, run: string) => {
    desk.ask({ verb: 'delete-pod', pod });
    desk.plan(run);
    desk.approve(bo, run);
    desk.land(run);
    desk.asked();
  };

  test('is watched again once the pod was deleted, and succeeds', () => {
    const desk = stuck();
    remove(desk, 'checkout-6b9f-other', '1-2');
    desk.end('succeeded', '1-2');
    expect(desk.stand()).toBe('ended');
    remove(desk, 'checkout-6b9f-stuck', '1-3');
    const ended = desk.end('succeeded', '1-3');
    expect(said(ended)).toContain(
      `Run 1-1 (roll back of ${target}) is watched again, now that pod checkout-6b9f-stuck is gone.`,
    );
    expect(ended).toMatchObject({ effects: expect.arrayContaining([{ type: 'slack.action', run: '1-1' }]) });
    expect(desk.asked()).toMatchObject([{ type: 'kubernetes.watch', run: '1-1', mark: { generation: 2 }, seen: null }]);
    expect(desk.run().left).toEqual({ is: 'changed' });
    desk.end('succeeded');
    expect(desk.run().stand).toMatchObject({ is: 'ended', outcome: 'succeeded' });
  });

  test('is not watched when the pod could not be deleted', () => {
    const desk = stuck();
    remove(desk, 'checkout-6b9f-stuck', '1-2');
    desk.end('failed', '1-2');
    expect(desk.asked()).toEqual([]);
  });
});

describe('whoever came too late for a workload', () => {
  const holder = { run: '7-1', incident: 7, by: 'Bo', watching: false };
  const late = (by = ana) => {
    const desk = openDesk();
    desk.ask({ verb: 'restart' }, by);
    desk.plan();
    desk.approve(by, '1-1', { ...free, holder });
    return desk;
  };

  test('is called by name when nobody works on it any more, once', () => {
    const desk = late();
    const freed = desk.meet({ type: 'TargetFreed', run: '1-1' });
    expect(said(freed)).toEqual([`Ana, nobody works on ${target} any more: run 1-1 (restart) can be asked for again.`]);
    expect(freed).toMatchObject({ effects: expect.arrayContaining([expect.objectContaining({ mention: ana })]) });
    expect(refusalOf(desk.meet({ type: 'TargetFreed', run: '1-1' }))).toMatch(/moved on/);
  });

  test('is left alone who asked for something else since', () => {
    const desk = late();
    desk.ask(rollback);
    expect(refusalOf(desk.meet({ type: 'TargetFreed', run: '1-1' }))).toMatch(/has asked for something else/);
  });

  test('and nobody is told of an incident that is closed', () => {
    const desk = late();
    desk.meet({ type: 'Closed', by: bo, reason: 'done' }, asMember(bo));
    expect(refusalOf(desk.meet({ type: 'TargetFreed', run: '1-1' }))).not.toBe('');
  });
});
