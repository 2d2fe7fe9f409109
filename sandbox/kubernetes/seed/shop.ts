/** The default cluster: a shop whose latest checkout crashes. */

import type { Seed } from './seed.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const registry = 'registry.example.com/shop';

/** Namespace `shop`: checkout (two good versions and a crashing one), search with an autoscaler, ledger, log-agent. */
export const shop: Seed = {
  namespaces: ['shop'],
  nodes: 3,
  workloads: [
    {
      kind: 'Deployment',
      name: 'checkout',
      labels: { team: 'payments' },
      history: [
        { image: `${registry}/checkout:v1`, ago: 3 * day, cause: 'release 1' },
        { image: `${registry}/checkout:v2`, ago: day, cause: 'release 2', env: { CACHE: 'on' } },
        {
          image: `${registry}/checkout:crash-v3`,
          ago: 6 * minute,
          cause: 'release 3',
          env: { CACHE: 'on', RETRIES: '3' },
        },
      ],
    },
    {
      kind: 'Deployment',
      name: 'search',
      replicas: 2,
      history: [
        { image: `${registry}/search:v7`, ago: 5 * day, cause: 'release 7' },
        { image: `${registry}/search:v8`, ago: 2 * day, cause: 'release 8' },
      ],
    },
    {
      kind: 'StatefulSet',
      name: 'ledger',
      history: [
        { image: `${registry}/ledger:v4`, ago: 9 * day },
        { image: `${registry}/ledger:v5`, ago: 4 * day },
      ],
    },
    { kind: 'DaemonSet', name: 'log-agent', history: [{ image: `${registry}/log-agent:v2`, ago: 6 * day }] },
  ],
  objects: [
    {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'search', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'search' },
        minReplicas: 2,
        maxReplicas: 6,
      },
    },
    {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'checkout', namespace: 'shop' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'checkout' } } },
    },
  ],
};

/** A cluster with a namespace and nothing in it. */
export const empty: Seed = { namespaces: ['shop'], nodes: 3, workloads: [], objects: [] };
