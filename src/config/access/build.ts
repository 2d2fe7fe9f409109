/** What decides about actions, in the form that `src/access` and the Kubernetes room read. */
import { nobody } from '../../access/roles.ts';
import type { Members } from '../../access/roles.ts';
import { shippedAccess } from '../../access/rules.ts';
import type { AccessRules } from '../../access/rules.ts';
import type { Service } from '../../incident/rules.ts';
import { record } from '../record.ts';
import type { FileValues } from '../schema.ts';
import type { Secret } from '../secret.ts';
import { beginningOf } from './values.ts';

/** How a cluster is reached. The secret is its kubeconfig; it is revealed by workers only. */
export type Cluster =
  | { readonly by: 'kubeconfig'; readonly kubeconfig: Secret; readonly context: string }
  /** The service account of the pod that Vigie runs in. */
  | { readonly by: 'service account' };

/** The clusters of a checked file. */
export const buildClusters = ({ clusters }: FileValues): Readonly<Record<string, Cluster>> =>
  record(
    Object.entries(clusters).map(([name, { kubeconfig, context }]) => [
      name,
      kubeconfig === undefined || context === undefined
        ? { by: 'service account' }
        : { by: 'kubeconfig', kubeconfig, context },
    ]),
  );

/** The access rules of a checked file. */
export function buildAccess({ roles, permissions, approvals, freeze, timezone, slack }: FileValues): AccessRules {
  const { expire, ...environments } = approvals;
  const members = (written: WrittenMembers | undefined, otherwise: Members): Members =>
    written === undefined ? otherwise : buildMembers(written, slack.people);
  return {
    roles:
      roles === undefined
        ? shippedAccess.roles
        : {
            viewer: members(roles.viewer, 'everyone'),
            responder: members(roles.responder, nobody),
            admin: members(roles.admin, nobody),
          },
    permissions,
    approvals: {
      environments: record([...Object.entries(shippedAccess.approvals.environments), ...Object.entries(environments)]),
      expire,
    },
    freeze: freeze.map(({ name, from, to, except }) => ({
      name,
      from: beginningOf(from, timezone),
      to: beginningOf(to, timezone),
      until: to,
      except,
    })),
  };
}

/** What of a service decides about actions. */
export const buildServiceAccess = ({
  target,
  automation,
  limits,
  logs,
}: FileValues['services'][string]): Pick<Service, 'target' | 'automation' | 'limits' | 'logs'> => ({
  target: target ?? null,
  automation: { mode: automation.mode, rollbackWithin: automation.rollback_within },
  limits: { maxReplicas: limits.max_replicas, actionsPerHour: limits.actions_per_hour },
  logs,
});

type WrittenMembers = NonNullable<NonNullable<FileValues['roles']>['admin']>;

/** An address that `slack.people` gives to somebody means that person, and nobody who has the address in Slack. */
function buildMembers(written: WrittenMembers, people: Readonly<Record<string, string>>): Members {
  if (written === 'everyone') return written;
  const known = new Map(Object.entries(people).map(([address, id]) => [address.toLowerCase(), id]));
  const found = (written.users ?? []).map((user) => {
    const id = 'id' in user ? user.id : known.get(user.email);
    return id === undefined ? { ids: [], emails: 'email' in user ? [user.email] : [] } : { ids: [id], emails: [] };
  });
  return {
    groups: written.groups ?? [],
    ids: found.flatMap(({ ids }) => ids),
    emails: found.flatMap(({ emails }) => emails),
  };
}
