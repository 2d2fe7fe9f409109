/** Targets, freezes, and all guard rails of an order together. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { refuseFrozen } from '../../src/access/freeze.ts';
import type { Freeze } from '../../src/access/freeze.ts';
import { mayAct } from '../../src/access/permissions.ts';
import { mayOrder, refuseDeed } from '../../src/access/rails.ts';
import type { Deed, Ground } from '../../src/access/rails.ts';
import type { AccessRules } from '../../src/access/rules.ts';
import { mayTarget, refuseNamespace, serviceAt } from '../../src/access/targets.ts';
import { kinds } from '../../src/action/action.ts';
import type { Order } from '../../src/action/action.ts';
import { at } from '../incident/samples.ts';
import { access, admin, anyAccess, anybody, checkout, checkoutService, responder } from './samples.ts';

const services = [checkoutService];
const yearEnd: Freeze = { name: 'year end', from: at(0), to: at(60), until: '2027-01-02', except: ['rollback'] };

describe('a target', () => {
  it('belongs to the service that names it: cluster, namespace, kind and name', () => {
    expect(serviceAt({ ...checkout }, services)).toBe(checkoutService);
    expect(serviceAt({ ...checkout, cluster: 'us-1' }, services)).toBeUndefined();
    expect(serviceAt({ ...checkout, kind: 'StatefulSet' }, services)).toBeUndefined();
  });

  it('of no service may be named by admins only', () => {
    const free = { ...checkout, name: 'payment' };
    expect(mayTarget(responder('bo'), checkout, services, access)).toBeNull();
    expect(mayTarget(admin('bo'), free, services, access)).toBeNull();
    expect(mayTarget(responder('bo'), free, services, access)?.refused).toBe(
      'Only admins may act on a workload of no service, and you are a responder. Ask an admin.',
    );
  });

  it.each(['kube-system', 'kube-public', 'kube-node-lease'])(
    'in %s is left alone unless a service is there',
    (namespace) => {
      const dns = { ...checkout, namespace, name: 'coredns' };
      expect(refuseNamespace(dns, services)?.refused).toMatch(
        /leaves them alone\. Use kubectl, or name a service there/,
      );
      const there = { ...checkoutService, target: { ...dns, name: 'ingress' } };
      expect(refuseNamespace(dns, [there])).toBeNull();
      expect(refuseNamespace({ ...dns, cluster: 'us-1' }, [there])).not.toBeNull();
    },
  );
});

describe('a freeze', () => {
  it('covers all that it does not except, from its beginning until just before its end', () => {
    expect(refuseFrozen('restart', at(0) - 1, [yearEnd])).toBeNull();
    expect(refuseFrozen('restart', at(60), [yearEnd])).toBeNull();
    expect(refuseFrozen('rollback', at(30), [yearEnd])).toBeNull();
    expect([at(0), at(60) - 1].map((now) => refuseFrozen('restart', now, [yearEnd])?.refused)).toEqual(
      Array.from({ length: 2 }).fill(
        'Until 2027-01-02 only rollback may be done: this is the freeze "year end". If it can\'t wait, an admin may break the glass.',
      ),
    );
  });

  it('that excepts nothing says so, and of several the one that lasts longest speaks', () => {
    const total: Freeze = { ...yearEnd, name: 'audit', to: at(90), until: '2027-01-09', except: [] };
    expect(refuseFrozen('rollback', at(30), [total, yearEnd])?.refused).toMatch(/^Until 2027-01-09 nothing is done/);
    expect(refuseFrozen('restart', at(30), [yearEnd, total])?.refused).toMatch(/"audit"/);
  });
});

const calm: Deed = {
  order: { verb: 'restart' },
  target: checkout,
  at: at(30),
  replicas: 3,
  recent: [],
  breakGlass: false,
};
const ground: Ground = { services, access };
const frozen: Ground = { services, access: { ...access, freeze: [{ ...yearEnd, except: [] }] } };

describe('the guard rails', () => {
  it('let a responder restart a service', () => {
    expect(mayOrder(responder('bo'), calm, ground)).toBeNull();
  });

  it('give way to broken glass where time is the matter, and stand where size and place are', () => {
    const hasty: Deed = { ...calm, order: { verb: 'scale', to: 20 }, replicas: 0, recent: Array(6).fill(at(29)) };
    expect(refuseDeed(hasty, frozen)).not.toBeNull();
    expect(refuseDeed({ ...hasty, breakGlass: true }, frozen)).toBeNull();
    for (const firm of [
      { ...calm, order: { verb: 'scale', to: 21 } },
      { ...calm, order: { verb: 'scale', to: -1 } },
      { ...calm, target: { ...checkout, namespace: 'kube-system' } },
      { ...calm, order: { verb: 'pause' }, target: { ...checkout, kind: 'StatefulSet' } },
    ] as const) {
      expect(refuseDeed(firm, ground)).not.toBeNull();
      expect(refuseDeed({ ...firm, breakGlass: true }, ground)).toEqual(refuseDeed(firm, ground));
    }
  });

  it('let nobody break the glass who may not', () => {
    expect(mayOrder(responder('bo'), { ...calm, breakGlass: true }, ground)?.refused).toMatch(/may break the glass/);
    expect(mayOrder(admin('bo'), { ...calm, breakGlass: true }, frozen)).toBeNull();
  });

  it('hold the limits of the service, or the shipped ones for a workload of none', () => {
    const small = { ...ground, services: [{ ...checkoutService, limits: { maxReplicas: 2, actionsPerHour: 1 } }] };
    const scale: Order = { verb: 'scale', to: 3 };
    expect(refuseDeed({ ...calm, order: scale }, small)?.refused).toContain('more than checkout may have: 2');
    expect(refuseDeed({ ...calm, recent: [at(20)] }, small)?.refused).toContain('Wait 50 minutes');
    const free = { ...calm, target: { ...checkout, name: 'payment' }, order: { verb: 'scale', to: 21 } } as const;
    expect(refuseDeed(free, small)?.refused).toContain('more than payment may have: 20');
  });

  const order: fc.Arbitrary<Order> = fc.oneof(
    fc.constantFrom<Order>(
      { verb: 'restart' },
      { verb: 'pause' },
      { verb: 'resume' },
      { verb: 'rollback', to: 'previous' },
    ),
    fc.record({ verb: fc.constant('scale' as const), to: fc.oneof(fc.integer(), fc.double()) }),
    fc.record({ verb: fc.constant('delete-pod' as const), pod: fc.string() }),
    fc.record({
      verb: fc.constant('set-autoscaler-bounds' as const),
      min: fc.option(fc.integer()),
      max: fc.option(fc.double()),
    }),
  );
  const deed: fc.Arbitrary<Deed> = fc.record({
    order,
    target: fc.record({
      cluster: fc.constantFrom('eu-1', 'us-1'),
      namespace: fc.constantFrom('shop', 'kube-system'),
      kind: fc.constantFrom(...kinds),
      name: fc.constantFrom('checkout', 'payment'),
    }),
    at: fc.integer({ min: -10, max: 90 }).map(at),
    replicas: fc.option(fc.nat(30)),
    recent: fc.array(fc.integer({ min: -60, max: 90 }).map(at), { maxLength: 8 }),
    breakGlass: fc.boolean(),
  });

  const answerOf = (actor: Actor, given: Deed, rules: AccessRules): string | null =>
    mayOrder(actor, given, { services, access: { ...rules, freeze: [yearEnd] } })?.refused ?? null;

  it('let nothing pass that its giver has no permission for, or that is out of bounds', () => {
    fc.assert(
      fc.property(anybody, deed, anyAccess, (actor, given, rules) => {
        fc.pre(answerOf(actor, given, rules) === null);
        const { order: passed, target } = given;
        const free = serviceAt(target, services) === undefined;
        const words = [
          passed.verb,
          ...(free ? ['free-target' as const] : []),
          ...(given.breakGlass ? ['break-glass' as const] : []),
        ];
        expect(words.map((word) => mayAct(actor, word, rules))).toEqual(words.map(() => null));
        expect([actor.standing, target.namespace]).toEqual(['member', 'shop']);
        const pods = passed.verb === 'scale' ? passed.to : 0;
        expect(Number.isInteger(pods) && pods >= 0 && pods <= 20).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('answer every refusal in a sentence', () => {
    fc.assert(
      fc.property(anybody, deed, anyAccess, (actor, given, rules) => {
        const answer = answerOf(actor, given, rules) ?? 'Nothing stands against it.';
        expect(answer).toMatch(/^[A-Z\d-].{10,250}\.$/);
        expect(answer).not.toMatch(/undefined|\[object|NaN min/);
      }),
      { numRuns: 500 },
    );
  });
});
