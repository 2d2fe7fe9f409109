/** What plans are tried on: the Deployment checkout, alone in a cluster where a test wants it so, and what a plan says of it. */
import type { KubernetesOptions } from '../../sandbox/kubernetes/server.ts';
import type { WorkloadSeed } from '../../sandbox/kubernetes/seed/seed.ts';
import type { Plan } from '../../src/action/action.ts';
import { at } from './site.ts';

/** A minute in milliseconds. */
export const minute = 60_000;

/** Where it is. */
export const checkout = at('Deployment', 'checkout');

/** Its image with this tag. */
export const image = (tag: string): string => `registry.example.com/shop/checkout:${tag}`;

/** A cluster with nothing but checkout, deployed an hour ago; parts of it may be others. */
export const seedOf = (workload: Partial<WorkloadSeed>): Pick<KubernetesOptions, 'seed'> => ({
  seed: {
    workloads: [
      { kind: 'Deployment', name: 'checkout', history: [{ image: image('v1'), ago: 60 * minute }], ...workload },
    ],
    objects: [],
  },
});

/** A plan's warnings; those that forbid it begin with `blocks: `. */
export const texts = ({ warnings }: Pick<Plan, 'warnings'>): readonly string[] =>
  warnings.map(({ blocks, text }) => `${blocks ? 'blocks: ' : ''}${text}`);
