/** The undo ledger: of several changes to one workload, what stands is what must be decided about. */
import { expect, test } from 'vitest';
import { ana, at, bo } from '../incident/samples.ts';
import { asMember } from '../runbook/samples.ts';
import type { Order } from '../../src/action/action.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { leftChanged } from '../../src/action/run.ts';
import { checkout, openDesk, refusalOf } from './samples.ts';

type Desk = ReturnType<typeof openDesk>;

/** Somebody does it, up to where its rollout is watched. */
function doing(desk: Desk, order: Order, inverse: Order | null, undoes: string | null = null): string {
  const asked = { type: 'ActionAsked', order, target: checkout, by: ana, breakGlass: null, undoes } as const;
  expect(refusalOf(desk.meet(asked, asMember(ana)))).toBe('');
  const run = `1-${Object.keys(desk.incident().runs).length}`;
  desk.plan(run, { inverse });
  desk.approve(order.verb === 'rollback' ? bo : ana, run);
  desk.land(run);
  return run;
}

function done(...[desk, ...asked]: Parameters<typeof doing>): string {
  const run = doing(desk, ...asked);
  desk.end('succeeded', run);
  return run;
}

const scale = (to: number): Order => ({ verb: 'scale', to });
const rollback = (to: 'previous' | number): Order => ({ verb: 'rollback', to });
const standing = (desk: Desk): readonly string[] => leftChanged(desk.incident().runs).map(({ id }) => id);

test('what an autoscaler or a colleague took back is not still changed, and the incident can be closed', () => {
  const desk = openDesk();
  const run = doing(desk, scale(6), scale(3));
  expect(standing(desk)).toEqual([run]);
  desk.end('superseded', run);
  expect(desk.run(run).left).toEqual({ is: 'replaced', by: null });
  expect(refusalOf(desk.meet({ type: 'Closed', by: bo, reason: 'done' }, asMember(bo)))).toBe('');
});

test('the announcement is drawn again when what is left changed takes its button away, or gives it back', () => {
  const desk = openDesk();
  const draws = (answer: ReturnType<typeof desk.meet>): boolean =>
    !isRefusal(answer) && answer.effects.some(({ type }) => type === 'slack.announcement');
  desk.ask(scale(6));
  expect(draws(desk.plan('1-1', { inverse: scale(3) }))).toBe(false);
  desk.approve(ana);
  expect(draws(desk.land())).toBe(true);
  expect(draws(desk.end('succeeded'))).toBe(false);
  const kept = { type: 'ChangeKept', run: '1-1', by: ana, owner: bo, until: at(60), why: 'traffic' } as const;
  expect(draws(desk.meet(kept, asMember(ana)))).toBe(true);
  expect(draws(desk.meet({ type: 'KeepEnded', run: '1-1', until: at(60) }))).toBe(true);
});

test('the card of what may be undone is drawn again when something else on its workload begins or ends', () => {
  const desk = openDesk();
  const drawn = (answer: ReturnType<typeof desk.meet>): readonly string[] =>
    isRefusal(answer) ? [] : answer.effects.flatMap((effect) => (effect.type === 'slack.action' ? [effect.run] : []));
  const first = done(desk, scale(6), scale(3));
  const begun = desk.meet(
    { type: 'ActionAsked', order: { verb: 'restart' }, target: checkout, by: ana, breakGlass: null, undoes: null },
    asMember(ana),
  );
  expect(drawn(begun)).toEqual(['1-2', first]);
  desk.plan('1-2', {});
  desk.approve(ana, '1-2');
  desk.land('1-2');
  expect(drawn(desk.end('succeeded', '1-2'))).toEqual(['1-2', first]);
});

test('a later run of the same replaces what an earlier one changed; put back, the earlier one stands again', () => {
  const desk = openDesk();
  const [first, second] = [done(desk, scale(6), scale(3)), done(desk, scale(8), scale(6))];
  expect(standing(desk)).toEqual([second]);
  expect(desk.run(first).left).toEqual({ is: 'replaced', by: second });
  done(desk, scale(6), scale(8), second);
  expect(standing(desk)).toEqual([first]);
  done(desk, scale(3), scale(6), first);
  expect(standing(desk)).toEqual([]);
});

test('what changes something else of the workload replaces nothing', () => {
  const desk = openDesk();
  const runs = [done(desk, scale(6), scale(3)), done(desk, rollback('previous'), rollback(3))];
  expect(standing(desk)).toEqual(runs);
});

test('a rollback that goes before one that is watched replaces it, whichever end is seen first', () => {
  const desk = openDesk();
  const first = doing(desk, rollback('previous'), rollback(3));
  const second = doing(desk, rollback(1), rollback(4));
  desk.end('succeeded', second);
  desk.end('superseded', first);
  expect(standing(desk)).toEqual([second]);
  expect(desk.run(first).left).toEqual({ is: 'replaced', by: second });
});

test('putting a run back while it is watched leaves it put back', () => {
  const desk = openDesk();
  const first = doing(desk, rollback('previous'), rollback(3));
  const second = doing(desk, rollback(3), rollback(2), first);
  desk.end('succeeded', second);
  desk.end('superseded', first);
  expect(desk.run(first).left).toEqual({ is: 'reverted', by: second });
});

test('a restart rolls out the same version once more: a rollback stands', () => {
  const desk = openDesk();
  const first = doing(desk, rollback('previous'), rollback(3));
  desk.ask({ verb: 'restart' }, ana, 'its pods hang');
  desk.plan('1-2');
  desk.land('1-2');
  desk.end('superseded', first);
  expect(standing(desk)).toEqual([first]);
});

test('whoever kept a change is not asked again when somebody else has changed it since', () => {
  const desk = openDesk();
  const first = done(desk, scale(6), scale(3));
  desk.meet({ type: 'ChangeKept', run: first, by: ana, owner: bo, until: at(60), why: 'traffic' }, asMember(ana));
  const second = done(desk, scale(8), scale(6));
  expect(refusalOf(desk.meet({ type: 'KeepEnded', run: first, until: at(60) }))).toMatch(/moved on/);
  expect(standing(desk)).toEqual([second]);
});
