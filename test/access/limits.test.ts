/** Orders that make no sense, go too far or come too often. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostReplicas, refuseLeap, refuseMisfit, refuseTooMany, refuseTooOften } from '../../src/access/limits.ts';
import { kinds } from '../../src/action/action.ts';
import type { Kind, Order } from '../../src/action/action.ts';
import { at } from '../incident/samples.ts';
import { checkout } from './samples.ts';

const misfit = (order: Order, kind: Kind = 'Deployment', name = 'checkout'): string | null =>
  refuseMisfit(order, { ...checkout, kind, name })?.refused ?? null;

describe('an order fits its target', () => {
  it('unless it scales a DaemonSet, or changes its autoscaler', () => {
    expect(kinds.map((kind) => misfit({ verb: 'scale', to: 3 }, kind))).toEqual([
      null,
      null,
      "A DaemonSet runs one pod on every node, so checkout can't be scaled.",
    ]);
    expect(misfit({ verb: 'set-autoscaler-bounds', min: 1, max: 2 }, 'DaemonSet')).toContain('no autoscaler');
  });

  it('unless it pauses or resumes anything but a Deployment', () => {
    expect(kinds.map((kind) => misfit({ verb: 'pause' }, kind))).toEqual([
      null,
      'Only a Deployment can pause its rollout, and checkout is a StatefulSet.',
      'Only a Deployment can pause its rollout, and checkout is a DaemonSet.',
    ]);
    expect(misfit({ verb: 'resume' }, 'StatefulSet')).toContain('can resume its rollout');
  });

  it('and may restart or roll back any of them', () => {
    for (const kind of kinds) {
      expect(misfit({ verb: 'restart' }, kind)).toBeNull();
      expect(misfit({ verb: 'rollback', to: 'previous' }, kind)).toBeNull();
      expect(misfit({ verb: 'rollback', to: 7 }, kind)).toBeNull();
    }
  });

  it.each([-1, 1.5, Number.NaN, Infinity, -Infinity, 1e9, mostReplicas + 1])('unless it asks for %s pods', (to) => {
    expect(misfit({ verb: 'scale', to })).toMatch(/Name a whole number from 0 to 10000\.$/);
    expect(misfit({ verb: 'set-autoscaler-bounds', min: to, max: null })).toMatch(/from 1 to 10000\.$/);
    expect(misfit({ verb: 'set-autoscaler-bounds', min: null, max: to })).toMatch(/from 1 to 10000\.$/);
  });

  it.each([0, 1, 6, mostReplicas])('when it asks for %s pods', (to) => {
    expect(misfit({ verb: 'scale', to })).toBeNull();
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 60])('unless it rolls back to revision %s', (to) => {
    expect(misfit({ verb: 'rollback', to })).toMatch(/is not a revision/);
  });

  it('unless its bounds say nothing, or cross', () => {
    expect(misfit({ verb: 'set-autoscaler-bounds', min: null, max: null })).toMatch(/^Say what to change/);
    expect(misfit({ verb: 'set-autoscaler-bounds', min: 5, max: 4 })).toBe(
      'The least pods, 5, are more than the most, 4. Swap them.',
    );
    expect(misfit({ verb: 'set-autoscaler-bounds', min: 4, max: 4 })).toBeNull();
  });
});

describe('a pod is deleted', () => {
  const long = 'checkout-of-the-very-large-shop-in-the-middle-of-the-old-town-x';

  it.each<[Kind, string, string]>([
    ['Deployment', 'checkout', 'checkout-6d4cf56db6-x2x7q'],
    ['StatefulSet', 'checkout', 'checkout-0'],
    ['StatefulSet', 'db.main', 'db.main-12'],
    ['DaemonSet', 'checkout', 'checkout-x2x7q'],
    ['Deployment', long, `${long.slice(0, 58)}x2x7q`],
    ['Deployment', 'a'.repeat(52), `${'a'.repeat(52)}-6d4cfx2x7q`],
  ])('when its name is that of a pod of the %s %s: %s', (kind, name, pod) => {
    expect(misfit({ verb: 'delete-pod', pod }, kind, name)).toBeNull();
  });

  it.each<[Kind, string]>([
    ['Deployment', 'checkout-worker-6d4cf56db6-x2x7q'],
    ['Deployment', 'payment-6d4cf56db6-x2x7q'],
    ['Deployment', 'checkout'],
    ['Deployment', 'checkout-'],
    ['StatefulSet', 'checkout-00'],
    ['StatefulSet', 'checkout-x2x7q'],
    ['StatefulSet', 'checkout-1/../../payment-0'],
    ['DaemonSet', 'checkout-worker-x2x7q'],
    ['Deployment', 'Checkout-6d4cf56db6-x2x7q'],
    ['Deployment', 'checkout-6d4cf56db6-x2x7q\n'],
    ['Deployment', ''],
    ['Deployment', '<!channel>'],
  ])('never when it is not of the %s checkout: %j', (kind, pod) => {
    expect(misfit({ verb: 'delete-pod', pod }, kind)).toBe(
      `This is not the name of a pod of the ${kind} checkout. Copy it from the diagnosis.`,
    );
  });
});

describe('a service grows', () => {
  const limits = { maxReplicas: 20, actionsPerHour: 6 };

  it('to its most pods and no further, by hand or by its autoscaler', () => {
    expect(refuseTooMany({ verb: 'scale', to: 20 }, limits, 'checkout')).toBeNull();
    expect(refuseTooMany({ verb: 'scale', to: 21 }, limits, 'checkout')?.refused).toBe(
      '21 pods are more than checkout may have: 20. Ask for fewer, or raise `max_replicas` in vigie.yaml.',
    );
    expect(refuseTooMany({ verb: 'set-autoscaler-bounds', min: null, max: 21 }, limits, 'checkout')).not.toBeNull();
    expect(refuseTooMany({ verb: 'set-autoscaler-bounds', min: 21, max: null }, limits, 'checkout')).not.toBeNull();
    expect(refuseTooMany({ verb: 'scale', to: Number.NaN }, limits, 'checkout')).not.toBeNull();
  });

  it('at once to three times its pods, or by 20, whichever is more', () => {
    const leap = (from: number, to: number): string | null =>
      refuseLeap({ verb: 'scale', to }, { replicas: from })?.refused ?? null;
    expect([leap(0, 20), leap(1, 21), leap(10, 30), leap(50, 150), leap(50, 0)]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(leap(1, 22)).toBe('From 1 pod to 22 is too far at once. Go to 21 first, and look how it does.');
    expect(leap(50, 151)).toBe('From 50 pods to 151 is too far at once. Go to 150 first, and look how it does.');
  });

  it('in as many steps as that takes: what a refusal offers is accepted', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (from, to) => {
        const refused = refuseLeap({ verb: 'scale', to }, { replicas: from })?.refused;
        const offered = Number(/Go to (\d+) first/.exec(refused ?? '')?.[1] ?? to);
        expect(refuseLeap({ verb: 'scale', to: offered }, { replicas: from })).toBeNull();
        expect(offered).toBeLessThanOrEqual(to);
      }),
    );
  });
});

describe('an hour holds', () => {
  const tooOften = (actionsPerHour: number, recent: readonly number[], now: number): string | null =>
    refuseTooOften({ maxReplicas: 20, actionsPerHour }, { recent: recent.map(at) }, at(now), 'checkout')?.refused ??
    null;

  it('so many actions and no more', () => {
    expect(tooOften(2, [0], 30)).toBeNull();
    expect(tooOften(2, [10, 0], 30)).toBe(
      'On checkout 2 actions an hour may be done, and 2 were. Wait 30 minutes, or an admin may break the glass.',
    );
    expect(tooOften(2, [0, 10], 60)).toBeNull();
    expect(tooOften(1, [59.5], 60)).toContain('Wait 60 minutes');
  });

  it('none where none is allowed', () => {
    expect(tooOften(0, [], 0)).toBe(
      'The configuration allows no actions on checkout. If one must be, an admin may break the glass.',
    );
  });

  it('room again after the wait that it names', () => {
    const started = fc.array(fc.integer({ min: -100, max: 0 }));
    fc.assert(
      fc.property(started, fc.integer({ min: 1, max: 5 }), (recent, most) => {
        const wait = Number(/Wait (\d+) minute/.exec(tooOften(most, recent, 0) ?? 'Wait 0 minute')?.[1]);
        expect(tooOften(most, recent, wait)).toBeNull();
        expect(wait > 0 && tooOften(most, recent, wait - 1) === null).toBe(false);
      }),
    );
  });
});
