/** What of a configuration decides about actions, as the rest of Vigie reads it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedApprovals } from '../../src/access/approvals.ts';
import { nobody } from '../../src/access/roles.ts';
import { beginningOf } from '../../src/config/access/values.ts';
import { faultsOf, load, minimal } from './written.ts';

const access = (yaml: string, start = minimal) => load(`${start}${yaml}`).rules.access;

describe('roles', () => {
  it('that are left out are given to nobody, except that everyone is a viewer', () => {
    expect(access('roles: {admin: {groups: [S0SRE]}}').roles).toEqual({
      viewer: 'everyone',
      responder: nobody,
      admin: { groups: ['S0SRE'], ids: [], emails: [] },
    });
  });

  it('name people by address, whatever its case, or by Slack id', () => {
    const { admin } = access('roles: {admin: {users: [Ana@Example.com, U0BO]}}').roles;
    expect(admin).toEqual({ groups: [], ids: ['U0BO'], emails: ['ana@example.com'] });
  });

  it('mean the Slack id that slack.people gives to an address, and nobody who has that address in Slack', () => {
    const start = minimal.replace('{announce', '{people: {Ana@example.com: U0ANA}, announce');
    const { admin } = access('roles: {admin: {users: [ana@Example.com]}}', start).roles;
    expect(admin).toEqual({ groups: [], ids: ['U0ANA'], emails: [] });
  });

  it('may leave the permissions of admins to nobody, if that is said', () => {
    expect(access('roles: {responder: everyone}\npermissions: {admin: []}').permissions.admin).toEqual([]);
  });
});

describe('approvals', () => {
  const services = 'services: {one: {match: [a=b], environment: staging}}\n';

  it('that are not written stay as shipped', () => {
    const { environments, expire } = access(`${services}approvals: {staging: {rollback: 0}, expire: 1h}`).approvals;
    expect({ ...environments }).toEqual({
      production: shippedApprovals,
      staging: { ...shippedApprovals, rollback: 0 },
    });
    expect(expire).toBe(3_600_000);
  });

  it('never meet what all JavaScript objects have', () => {
    expect(access('').approvals.environments['constructor']).toBeUndefined();
    expect(access(services).approvals.environments['constructor']).toBeUndefined();
  });
});

describe('clusters', () => {
  const clusters = `roles: {admin: {groups: [S0SRE]}}
clusters:
  eu-1: {kubeconfig: file:/not/on/this/machine.yaml, context: eu}
  us-1: {kubeconfig: env:NOT_SET_HERE, context: us}
  here: {in_cluster: true}
`;

  it('need their credentials only where workers are: they are not read when the configuration is', () => {
    expect(faultsOf(minimal + clusters)).toEqual([]);
    const config = load(minimal + clusters);
    expect(JSON.parse(JSON.stringify(config.clusters))).toEqual({
      'eu-1': { by: 'kubeconfig', kubeconfig: 'file:/not/on/this/machine.yaml', context: 'eu' },
      'us-1': { by: 'kubeconfig', kubeconfig: 'env:NOT_SET_HERE', context: 'us' },
      here: { by: 'service account' },
    });
    expect(config.clusters['constructor']).toBeUndefined();
  });

  it('are what targets of services are in', () => {
    const target = { cluster: 'here', namespace: 'shop', kind: 'Deployment', name: 'checkout.v2' };
    const service = `services: {checkout: {match: [a=b], target: ${JSON.stringify(target)}, logs: off}}\n`;
    const [checkout] = load(minimal + clusters + service).rules.services;
    expect(checkout).toMatchObject({ target, logs: 'off', automation: { mode: 'dry-run', rollbackWithin: 3_600_000 } });
  });
});

describe('a freeze', () => {
  it('lasts from the beginning of one day until the beginning of another, in the time zone of the file', () => {
    const yaml = 'timezone: Europe/Paris\nfreeze: [{name: summer, from: 2026-07-31, to: 2026-12-01, except: []}]\n';
    expect(access(yaml).freeze).toEqual([
      {
        name: 'summer',
        from: Date.UTC(2026, 6, 30, 22),
        to: Date.UTC(2026, 10, 30, 23),
        until: '2026-12-01',
        except: [],
      },
    ]);
  });

  it('allows rollbacks and diagnoses unless it says otherwise', () => {
    expect(access('freeze: [{name: a, from: 2026-07-31, to: 2026-12-01}]').freeze[0]?.except).toEqual([
      'rollback',
      'diagnose',
    ]);
  });
});

describe('the beginning of a day', () => {
  it.each([
    ['2026-03-29', 'Europe/Paris', '2026-03-28T23:00Z', 'on the day on which clocks go forward'],
    ['2026-10-25', 'Europe/Paris', '2026-10-24T22:00Z', 'on the day on which clocks go back'],
    ['2026-01-01', 'UTC', '2026-01-01T00:00Z', 'in UTC'],
    ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15Z', 'where the offset is no whole hour'],
    ['2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00Z', 'far in the east'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00Z', 'where clocks go forward at midnight, is one o’clock'],
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00Z', 'where midnight comes twice, is the first'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00Z', 'that was left out, is the beginning of the next'],
  ])('%s in %s is %s: %4$s', (day, timezone, begins) => {
    expect(new Date(beginningOf(day, timezone)).toISOString()).toBe(begins.replace('Z', ':00.000Z'));
  });

  it('is the first moment that the calendar there shows as that day', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const days = fc.date({
      min: new Date('2012-01-01T00:00Z'),
      max: new Date('2040-01-01T00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, days, (timeZone, date) => {
        const day = date.toISOString().slice(0, 10);
        const calendar = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
        const at = beginningOf(day, timeZone);
        expect([calendar.format(at - 1) < day, calendar.format(at)]).toEqual([true, day]);
      }),
      { numRuns: 300 },
    );
  });
});
