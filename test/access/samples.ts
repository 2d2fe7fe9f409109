/** People, rules and workloads for the examples of access. */
import fc from 'fast-check';
import type { Actor, Standing } from '../../src/access/actor.ts';
import type { Approval, Asked } from '../../src/access/approvals.ts';
import { permissions } from '../../src/access/permissions.ts';
import { nobody, roles } from '../../src/access/roles.ts';
import type { Members } from '../../src/access/roles.ts';
import { shippedAccess, shippedService } from '../../src/access/rules.ts';
import type { AccessRules } from '../../src/access/rules.ts';
import type { Target } from '../../src/action/action.ts';
import type { Service } from '../../src/incident/rules.ts';
import { at } from '../incident/samples.ts';

/** Responders are a group; admins are a group and one address. */
export const access: AccessRules = {
  ...shippedAccess,
  roles: {
    viewer: 'everyone',
    responder: { groups: ['S0ENG'], ids: [], emails: [] },
    admin: { groups: ['S0SRE'], ids: ['U0ROOT'], emails: ['ana@example.com'] },
  },
};

/** Somebody of this workspace. */
export const person = (name: string, given: Partial<Omit<Actor, 'person'>> = {}): Actor => ({
  person: { id: `U0${name.toUpperCase()}`, name },
  standing: 'member',
  groups: [],
  emails: [],
  ...given,
});

/** An admin, by group. */
export const admin = (name: string): Actor => person(name, { groups: ['S0SRE'] });

/** A responder, by group. */
export const responder = (name: string): Actor => person(name, { groups: ['S0ENG'] });

/** A workload of production. */
export const checkout: Target = { cluster: 'eu-1', namespace: 'shop', kind: 'Deployment', name: 'checkout' };

/** Its service. */
export const checkoutService: Service = {
  ...shippedService,
  name: 'checkout',
  match: [],
  environment: 'production',
  slack: { channel: null, group: null },
  facts: {},
  target: checkout,
};

/** A rollback that bo asked for at the first minute. */
export const asked: Asked = { by: { id: 'U0BO', name: 'Bo' }, at: at(0), digest: 'd1', needed: 1 };

/** A yes of an admin. */
export const yes = (name: string, minute: number, digest = 'd1'): Approval => ({
  by: { id: `U0${name.toUpperCase()}`, name },
  roles,
  digest,
  at: at(minute),
});

const names = fc.constantFrom('ana', 'bo', 'cy', 'dee');
const groups = fc.subarray(['S0SRE', 'S0ENG', 'S0OPS']);

/** Anybody at all. */
export const anybody: fc.Arbitrary<Actor> = fc.record({
  person: names.map((name) => ({ id: `U0${name.toUpperCase()}`, name })),
  standing: fc.constantFrom<Standing>('member', 'member', 'member', 'guest', 'stranger', 'deactivated', 'bot'),
  groups,
  emails: names.map((name) => [`${name}@example.com`]),
});

const members: fc.Arbitrary<Members> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Members>('everyone') },
  { weight: 1, arbitrary: fc.constant(nobody) },
  {
    weight: 4,
    arbitrary: fc.record({ groups, ids: fc.subarray(['U0ANA', 'U0BO']), emails: fc.subarray(['cy@example.com']) }),
  },
);

/** Any rules about roles and permissions. */
export const anyAccess: fc.Arbitrary<AccessRules> = fc
  .record({
    roles: fc.record({ viewer: members, responder: members, admin: members }),
    permissions: fc.record({
      viewer: fc.subarray([...permissions]),
      responder: fc.subarray([...permissions]),
      admin: fc.subarray([...permissions]),
    }),
  })
  .map((some) => ({ ...shippedAccess, ...some }));
