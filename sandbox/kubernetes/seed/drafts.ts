/** The objects that a workload's description stands for. */

import type { JsonObject } from '../json.ts';
import type { Strings } from '../kinds.ts';
import type { Revision, WorkloadSeed } from './seed.ts';

/** A workload that is not stored yet. */
type WorkloadDraft = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Strings; readonly annotations: Strings };
  readonly spec: JsonObject;
};

function containerOf({ name, resources }: WorkloadSeed, { image, env = {} }: Revision): JsonObject {
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  return {
    name,
    image,
    ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    readinessProbe: {
      httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
      ...{ timeoutSeconds: 1, periodSeconds: 5, successThreshold: 1, failureThreshold: 3 },
    },
    ...(variables.length === 0 ? {} : { env: variables }),
    resources: resources ?? { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  };
}

/** A version of a workload as an object: labelled `app: <name>`, with one container called like the workload. */
export function draftOf(seed: WorkloadSeed, revision: Revision): WorkloadDraft {
  const { kind, name, replicas = 3, spec = {} } = seed;
  const labels = { app: name, ...seed.labels };
  const cause = revision.cause === undefined ? {} : { 'kubernetes.io/change-cause': revision.cause };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, labels, annotations: { ...seed.annotations, ...cause } },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [containerOf(seed, revision)] } },
      ...spec,
    },
  };
}
