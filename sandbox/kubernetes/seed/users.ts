/** Who a fresh cluster knows: an administrator, a bot with the rights it needs, somebody who may only look. */

import type { Rule, User } from '../api/users.ts';

/** Everything, everywhere. */
const everything: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

const look = ['get', 'list', 'watch'];

/** The rights that a bot needs to restart, scale and roll back in these namespaces, and to see why something fails. */
export function actingIn(...namespaces: readonly string[]): readonly Rule[] {
  return [
    {
      apiGroups: ['apps'],
      resources: ['deployments', 'statefulsets', 'daemonsets'],
      verbs: [...look, 'patch'],
      namespaces,
    },
    {
      apiGroups: ['apps'],
      resources: ['deployments/scale', 'statefulsets/scale'],
      verbs: ['get', 'patch'],
      namespaces,
    },
    { apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'], verbs: ['get', 'list'], namespaces },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'], namespaces },
    { apiGroups: [''], resources: ['resourcequotas'], verbs: ['get', 'list'], namespaces },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'], namespaces },
    { apiGroups: [''], resources: ['events'], verbs: ['list'], namespaces },
    {
      apiGroups: ['autoscaling'],
      resources: ['horizontalpodautoscalers'],
      verbs: ['get', 'list', 'patch'],
      namespaces,
    },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list'], namespaces },
  ];
}

/** The users of the default seed. The token `expired-token` is answered with 401. */
export const defaultUsers: readonly User[] = [
  { token: 'admin-token', name: 'kubernetes-admin', groups: ['system:masters'], rules: [everything] },
  {
    token: 'bot-token',
    name: 'system:serviceaccount:bots:incident-bot',
    groups: ['system:serviceaccounts', 'system:authenticated'],
    rules: actingIn('shop'),
  },
  { token: 'viewer-token', name: 'viewer', groups: ['system:authenticated'], rules: [{ ...everything, verbs: look }] },
  { token: 'expired-token', name: 'left-long-ago', rules: [everything], expired: true },
];
