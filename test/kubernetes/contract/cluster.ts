/** Before and after the suite runs against a real cluster: is there one, and is nothing of ours left in it? */
import { list, text } from '../../../src/kubernetes/json.ts';
import type { TestProject } from 'vitest/node';
import { ask, expectStatus, get } from './api.ts';
import { label, noStranger, openCluster } from './place.ts';

const missing = `KUBECONFIG is not set, so there is no cluster to run against. Set it to a kubeconfig whose user may create
namespaces, and everything in them:

  KUBECONFIG=$HOME/.kube/config npm run test:cluster

docs/kubernetes.md, "The same tests against a real cluster", says what else can be set.`;

/** What vitest calls before the first file; what it gives back is called after the last one, also when files have failed. */
export async function setup({ config: { env } }: TestProject): Promise<() => Promise<void>> {
  if ((process.env['KUBECONFIG'] ?? '') === '') throw Object.assign(new Error(missing), { stack: '' });
  const ground = openCluster(process.env);
  const version = await get(ground, '/version').catch((error: unknown) => {
    const where = ground.config.getCurrentCluster()?.server ?? '';
    throw new Error(`The cluster at ${where} does not answer: is KUBECONFIG right?`, { cause: error });
  });
  process.stderr.write(`Kubernetes ${text(version, 'gitVersion')} at ${ground.config.getCurrentCluster()?.server}\n`);
  if (ground.stranger === null) process.stderr.write(`The tests about missing rights are skipped: ${noStranger}.\n`);
  return async () => {
    const selector = encodeURIComponent(`${label}=${String(env['VIGIE_CONTRACT_RUN'])}`);
    const left = list(await get(ground, `/api/v1/namespaces?labelSelector=${selector}`), 'items').filter(
      (item) => text(item, 'status', 'phase') !== 'Terminating',
    );
    for (const item of left) {
      const path = `/api/v1/namespaces/${text(item, 'metadata', 'name')}`;
      expectStatus(200, await ask(ground.config, 'DELETE', path));
    }
  };
}
