/** The shape of what decides about actions: clusters, roles, permissions, approvals, freezes, automation and limits. */
import { z } from 'zod';
import { shippedApprovals } from '../../access/approvals.ts';
import { modes } from '../../access/automation.ts';
import { mostReplicas } from '../../access/limits.ts';
import { shippedPermissions } from '../../access/permissions.ts';
import type { Permission } from '../../access/permissions.ts';
import { verbs } from '../../action/action.ts';
import type { Verb } from '../../action/action.ts';
import { readDuration } from '../duration.ts';
import { list, read } from '../read.ts';
import { readReference } from '../secret.ts';
import { readOneOf, readText, readWhole } from '../values.ts';
import { readDay, readExpiry, readGroup, readPermission, readPerson, readTrue } from './values.ts';

/** What a freeze may except. */
const freezable = [...verbs, 'diagnose'] as const;

/** The keys of the file that decide about actions. Credentials of clusters are not proved here: only workers hold them. */
export const access = (env: NodeJS.ProcessEnv) => ({
  clusters: z.record(z.string(), cluster(env)).prefault({}),
  roles: z
    .strictObject({ admin: members().optional(), responder: members().optional(), viewer: members().optional() })
    .optional(),
  permissions: permissions().prefault({}),
  approvals: approvals().prefault({}),
  freeze: z.array(freeze()).prefault([]),
});

/** The keys of a service that decide about actions. */
export const serviceAccess = () => ({
  automation: z
    .strictObject({
      mode: read(z.string(), readOneOf(modes, 'a mode')).meta({ example: 'dry-run' }).prefault('dry-run'),
      rollback_within: read(z.string(), readDuration).meta({ example: '60m' }).prefault('60m'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      max_replicas: whole(1, mostReplicas).meta({ example: 20 }).prefault(20),
      actions_per_hour: whole(0, 1_000).meta({ example: 6 }).prefault(6),
    })
    .prefault({}),
  logs: read(z.string(), readOneOf(['off', 'thread', 'channel'] as const, 'a place for logs'))
    .meta({ example: 'thread' })
    .prefault('thread'),
});

const whole = (least: number, most: number) => read(z.number(), readWhole(least, most));

const cluster = (env: NodeJS.ProcessEnv) =>
  z
    .strictObject({
      kubeconfig: read(z.string(), (ref) => readReference(ref, env))
        .meta({ example: 'file:/etc/vigie/eu-1.yaml' })
        .optional(),
      context: read(z.string(), readText).meta({ example: 'eu-1' }).optional(),
      in_cluster: read(z.boolean(), readTrue).meta({ example: true }).optional(),
    })
    .meta({ example: { in_cluster: true } });

/** `everyone`, or a mapping. Not a union: its issues would tell of both, where one is meant. */
function members() {
  const named = z.strictObject({
    groups: list(read(z.string(), readGroup)).optional(),
    users: list(read(z.string(), readPerson)).optional(),
  });
  const word = read(z.string(), readOneOf(['everyone'] as const, 'who has a role'));
  return z
    .unknown()
    .transform((value, context) => {
      const result = typeof value === 'string' ? word.safeParse(value) : named.safeParse(value);
      if (result.success) return result.data;
      for (const issue of result.error.issues) context.addIssue({ ...issue });
      return z.NEVER;
    })
    .meta({ properties: { groups: { example: ['S0SRE'] }, users: { example: ['ana@example.com'] } } });
}

function permissions() {
  const may = (shipped: readonly Permission[]) =>
    z
      .array(read(z.string(), readPermission))
      .meta({ example: shipped.slice(0, 2) })
      .prefault([...shipped]);
  return z.strictObject({
    viewer: may(shippedPermissions.viewer),
    responder: may(shippedPermissions.responder),
    admin: may(shippedPermissions.admin),
  });
}

/** By environment, except for `expire`. */
function approvals() {
  const asked = (verb: Verb) => whole(0, 10).meta({ example: 1 }).prefault(shippedApprovals[verb]);
  const numbers = z
    .strictObject({
      restart: asked('restart'),
      scale: asked('scale'),
      rollback: asked('rollback'),
      pause: asked('pause'),
      resume: asked('resume'),
      'delete-pod': asked('delete-pod'),
      'set-autoscaler-bounds': asked('set-autoscaler-bounds'),
    })
    .meta({ example: { rollback: 1 } });
  return z.object({ expire: read(z.string(), readExpiry).meta({ example: '10m' }).prefault('10m') }).catchall(numbers);
}

function freeze() {
  const day = (example: string) => read(z.string(), readDay).meta({ example });
  return z
    .strictObject({
      name: read(z.string(), readText).meta({ example: 'year end' }),
      from: day('2026-12-24'),
      to: day('2027-01-02'),
      except: z
        .array(read(z.string(), readOneOf(freezable, 'something that a freeze stops')))
        .prefault(['rollback', 'diagnose']),
    })
    .meta({ example: { name: 'year end', from: '2026-12-24', to: '2027-01-02' } });
}
