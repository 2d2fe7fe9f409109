/** What succeeded is looked at again: a change that others took back is not called done for long. */
import { expect, test } from 'vitest';
import type { Decision } from '../../src/incident/draft.ts';
import type { Refusal } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { ana, at, bo } from '../incident/samples.ts';
import { checkout, free, openDesk, refusalOf } from './samples.ts';

const rollback = { verb: 'rollback', to: 'previous' } as const;
const lost = { type: 'ChangeLost', run: '1-1', says: 'argocd-controller changed the template' } as const;
const told = `Ana, what run 1-1 did (roll back of ${checkout}) does not stand any more: argocd-controller changed the template.`;

const said = (answer: Decision | Refusal): readonly string[] =>
  isRefusal(answer) ? [answer.refused] : answer.lines.map(sentence);

/** A rollback that succeeded; its inverse is to go to revision 3. */
function rolledBack(): ReturnType<typeof openDesk> {
  const desk = openDesk();
  desk.ask(rollback);
  desk.plan('1-1', { inverse: { verb: 'rollback', to: 3 } });
  desk.approve(bo);
  desk.land();
  desk.asked();
  return desk;
}

test('a success is looked at again after half a minute, three minutes and ten', () => {
  const desk = rolledBack();
  desk.end('succeeded');
  expect(desk.asked()).toMatchObject(
    [30_000, 180_000, 600_000].map((after) => ({
      ...{ type: 'kubernetes.recheck', run: '1-1', target: checkout, at: at(5) + after },
    })),
  );
});

test('what failed, and a pod that was deleted, are not', () => {
  const failed = rolledBack();
  failed.end('failed');
  expect(failed.asked()).toEqual([]);
  expect(refusalOf(failed.meet(lost))).toMatch(/^Run 1-1 is not the last one/);
  const deleted = openDesk();
  deleted.ask({ verb: 'delete-pod', pod: 'checkout-6b9f-other' });
  deleted.plan();
  deleted.approve(bo);
  deleted.land();
  deleted.asked();
  deleted.end('succeeded');
  expect(deleted.asked()).toEqual([]);
});

test('a change that others took back is said once, to whoever asked for it, and is not in the undo ledger any more', () => {
  const desk = rolledBack();
  desk.end('succeeded');
  expect(desk.run().left).toEqual({ is: 'changed' });
  const answer = desk.meet(lost);
  expect(said(answer)).toEqual([told]);
  expect(answer).toMatchObject({
    effects: expect.arrayContaining([
      { type: 'slack.action', run: '1-1' },
      expect.objectContaining({ type: 'slack.note', to: 'channel', mention: ana }),
    ]),
  });
  expect(desk.run().left).toEqual({ is: 'replaced', by: null });
  expect(refusalOf(desk.meet(lost))).not.toBe('');
});

test('a later run of any incident is no surprise', () => {
  const desk = rolledBack();
  desk.end('succeeded');
  const since = { ...free, recent: [at(1), at(90)] };
  expect(refusalOf(desk.meet(lost, undefined, since))).toMatch(/^Run 1-1 is not the last one/);
});
