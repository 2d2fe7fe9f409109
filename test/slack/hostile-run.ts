/** Runs of actions whose every text is the worst that a cluster, a person or a neighbour can send. */
import fc from 'fast-check';
import { roles } from '../../src/access/roles.ts';
import type { Order, Plan, Progress } from '../../src/action/action.ts';
import type { Left, Run, RunStand } from '../../src/action/run.ts';
import type { Person } from '../../src/incident/incident.ts';
import { at } from '../incident/samples.ts';

/** Runs by id, over the texts that incidents are drawn with. */
export function runsOf(
  text: fc.Arbitrary<string>,
  person: fc.Arbitrary<Person>,
): fc.Arbitrary<Readonly<Record<string, Run>>> {
  const count = fc.integer({ min: 0, max: 1_000_000 });
  const instant = fc.integer({ min: 0, max: 1400 }).map(at);
  const target = fc.oneof(
    fc.constantFrom('eu-1/shop/Deployment/checkout', 'eu-1/shop/StatefulSet/db', 'eu-1/kube-system/DaemonSet/proxy'),
    fc.constant(`${'c'.repeat(63)}/${'n'.repeat(63)}/StatefulSet/${'w'.repeat(253)}`),
    text,
  );
  const pod = fc.oneof(text, fc.constant('db-0'), fc.constant('checkout-7f9c-abcde'));
  const order: fc.Arbitrary<Order> = fc.oneof(
    fc.constantFrom<Order[]>({ verb: 'restart' }, { verb: 'pause' }, { verb: 'resume' }),
    fc.record({ verb: fc.constant('scale' as const), to: count }),
    fc.record({ verb: fc.constant('rollback' as const), to: fc.constantFrom<('previous' | number)[]>('previous', 7) }),
    fc.record({ verb: fc.constant('delete-pod' as const), pod }),
    fc.record({
      verb: fc.constant('set-autoscaler-bounds' as const),
      min: fc.option(count),
      max: fc.option(count),
    }),
  );
  const plan: fc.Arbitrary<Plan> = fc.record({
    target,
    order,
    at: instant,
    uid: text,
    generation: count,
    templateHash: text,
    replicas: fc.option(count),
    paused: fc.boolean(),
    pinned: fc.option(fc.record({ uid: text, name: text, revision: count, templateHash: text, returns: fc.boolean() })),
    deployedAt: fc.option(instant),
    object: fc.option(fc.record({ name: text, uid: text })),
    differences: fc.array(fc.record({ what: text, from: text, to: text }), { maxLength: 40 }),
    notes: fc.array(text, { maxLength: 20 }),
    warnings: fc.array(fc.record({ text, blocks: fc.boolean() }), { maxLength: 20 }),
    inverse: fc.option(order),
    digest: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
  });
  const mark = fc.record({ uid: text, generation: count, templateHash: text, serverTime: instant });
  const progress: fc.Arbitrary<Progress> = fc.record({
    state: fc.constantFrom('observing', 'progressing', 'degraded', 'paused', 'blocked'),
    done: count,
    total: count,
    says: text,
  });
  const stand: fc.Arbitrary<RunStand> = fc.oneof(
    fc.constant<RunStand>({ is: 'planning' }),
    fc.record({
      is: fc.constant('planned' as const),
      plan,
      needed: fc.nat(3),
      approvals: fc.array(fc.record({ by: person, roles: fc.constant(roles), digest: text, at: instant }), {
        maxLength: 30,
      }),
      until: instant,
    }),
    fc.record({ is: fc.constant('running' as const), plan, since: instant, expires: instant }),
    fc.record({ is: fc.constant('watching' as const), plan, mark, progress: fc.option(progress), until: instant }),
    fc.record({
      is: fc.constant('ended' as const),
      outcome: fc.constantFrom(
        ...(['succeeded', 'failed', 'superseded', 'drifted', 'expired', 'unknown'] as const),
        ...(['refused', 'cancelled', 'rehearsed'] as const),
      ),
      at: instant,
      says: fc.oneof(text, fc.constant('A freeze. An admin may break the glass.')),
      stuck: fc.option(pod),
    }),
  );
  const left: fc.Arbitrary<Left> = fc.oneof(
    fc.constant<Left>({ is: 'changed' }),
    fc.record({ is: fc.constant('reverted' as const), by: fc.constant('7-2') }),
    fc.record({ is: fc.constant('replaced' as const), by: fc.constantFrom('7-2', null) }),
    fc.record({ is: fc.constant('kept' as const), owner: person, until: instant, why: text }),
  );
  const run = fc.record({
    order,
    target,
    by: person,
    at: instant,
    visit: fc.option(fc.integer({ min: 1, max: 300 })),
    approvals: fc.nat(2),
    rollout: fc.option(count),
    breakGlass: fc.option(text),
    undoes: fc.option(fc.constantFrom('7-1', '7-2')),
    stand,
    inverse: fc.option(order),
    left: fc.option(left),
  });
  return fc
    .array(run, { maxLength: 12 })
    .map((runs) =>
      Object.fromEntries(
        runs.map((each, index): [string, Run] => [`7-${index + 1}`, { ...each, id: `7-${index + 1}` }]),
      ),
    );
}
