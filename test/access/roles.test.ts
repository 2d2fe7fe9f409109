/** Who has which role, and what that allows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayAct, mayDo, permissions, shippedPermissions } from '../../src/access/permissions.ts';
import { nobody, roles, rolesOf } from '../../src/access/roles.ts';
import { shippedAccess } from '../../src/access/rules.ts';
import { verbs } from '../../src/action/action.ts';
import { access, admin, anyAccess, anybody, person, responder } from './samples.ts';

const all = ['viewer', 'responder', 'admin'];

describe('a role', () => {
  it('comes from a user group, an address or a Slack id, and brings those before it', () => {
    const rolesFor = (actor: Parameters<typeof rolesOf>[0]): readonly string[] => rolesOf(actor, access.roles);
    expect(rolesFor(person('eve'))).toEqual(['viewer']);
    expect(rolesFor(responder('eve'))).toEqual(['viewer', 'responder']);
    expect(rolesFor(admin('eve'))).toEqual(all);
    expect(rolesFor(person('root'))).toEqual(all);
    expect(rolesFor(person('eve', { emails: ['eve@example.com', 'Ana@Example.COM'] }))).toEqual(all);
    expect(rolesFor(person('eve', { emails: ['ana@example.com.evil', 'S0SRE'], groups: ['s0sre'] }))).toEqual([
      'viewer',
    ]);
  });

  it('is given to everyone of the workspace as a responder, and to nobody as an admin, when nothing is configured', () => {
    expect(rolesOf(admin('eve'), shippedAccess.roles)).toEqual(['viewer', 'responder']);
  });

  it('is never given to guests, people of other workspaces, deactivated people and bots', () => {
    fc.assert(
      fc.property(anybody, anyAccess, fc.constantFrom(...permissions), (actor, rules, permission) => {
        fc.pre(actor.standing !== 'member');
        expect(rolesOf(actor, rules.roles)).toEqual([]);
        expect(mayAct(actor, permission, rules)).not.toBeNull();
      }),
    );
  });

  it.each([
    ['guest', "Guests of this workspace can't act on incidents. Ask a full member to do it."],
    ['stranger', 'You belong to another workspace, and only people of this one can act here. Ask one of them.'],
    ['deactivated', 'This Slack account is deactivated, so nothing is done for it.'],
    ['bot', "Bots can't act on incidents: a person must do it."],
  ] as const)('is refused to a %s, who is told why even with every group', (standing, refused) => {
    const actor = person('ana', { standing, groups: ['S0SRE', 'S0ENG'], emails: ['ana@example.com'] });
    expect(mayAct(actor, 'status', access)).toEqual({ refused, denied: true });
  });
});

describe('a permission', () => {
  it('has one of 30 words, among them every verb of an action', () => {
    expect(permissions).toHaveLength(30);
    expect(new Set(permissions).size).toBe(30);
    expect(verbs.filter((verb) => !permissions.includes(verb))).toEqual([]);
  });

  it('is shipped so that responders restart and scale, and admins do what is hard to take back', () => {
    const may = (actor: Parameters<typeof mayAct>[0]): readonly string[] =>
      permissions.filter((permission) => mayAct(actor, permission, access) === null);
    expect(may(person('eve'))).toEqual(shippedPermissions.viewer);
    expect(may(responder('eve'))).toEqual([...shippedPermissions.viewer, ...shippedPermissions.responder]);
    expect(may(admin('eve'))).toEqual(permissions);
  });

  it('that is missing is refused in a sentence that says what is needed, what one is, and whom to ask', () => {
    expect(mayAct(responder('eve'), 'rollback', access)).toEqual({
      refused: 'Only admins may roll a workload back, and you are a responder. Ask an admin.',
      denied: true,
    });
    expect(mayAct(person('eve'), 'ack', access)).toEqual({
      refused: 'Only responders may acknowledge an incident, and you are a viewer. Ask a responder.',
      denied: true,
    });
    expect(mayDo([], 'help', access)).toEqual({
      refused: 'Only viewers may ask for help, and you have no role. Ask a viewer.',
    });
  });

  it('that nobody has says who could change that', () => {
    expect(mayAct(responder('eve'), 'approve', shippedAccess)?.refused).toBe(
      'Only admins may approve an action, and you are a responder. Nobody is an admin: add people to `admin` in vigie.yaml.',
    );
    const onlyAdmins = { ...access, roles: { ...access.roles, responder: nobody } };
    expect(mayAct(person('eve'), 'ack', onlyAdmins)?.refused).toContain('Only responders may');
    expect(mayAct(person('eve'), 'ack', onlyAdmins)?.refused).toContain('Ask an admin.');
    const never = { ...access, permissions: { ...access.permissions, admin: [] } };
    expect(mayAct(admin('eve'), 'break-glass', never)).toEqual({
      refused: 'Nobody may break the glass: vigie.yaml gives it to no role.',
      denied: true,
    });
  });

  it('belongs to the lower role when two lists have it', () => {
    const rules = { ...access, permissions: { ...access.permissions, viewer: ['rollback'] } } as const;
    expect(mayAct(person('eve'), 'rollback', rules)).toBeNull();
  });

  it('passes nobody whose roles do not list it, whatever the rules', () => {
    fc.assert(
      fc.property(anybody, anyAccess, fc.constantFrom(...permissions), (actor, rules, permission) => {
        const granted = rolesOf(actor, rules.roles).some((role) => rules.permissions[role].includes(permission));
        expect(mayAct(actor, permission, rules) === null).toBe(granted);
      }),
      { numRuns: 500 },
    );
  });

  it('is never lost by being given a higher role', () => {
    fc.assert(
      fc.property(anyAccess, fc.constantFrom(...permissions), fc.nat(1), (rules, permission, index) => {
        const [lower, higher] = [roles.slice(0, index + 1), roles.slice(0, index + 2)];
        fc.pre(mayDo(lower, permission, rules) === null);
        expect(mayDo(higher, permission, rules)).toBeNull();
      }),
    );
  });
});
