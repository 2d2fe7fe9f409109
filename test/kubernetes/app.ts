/** A Deployment `app` with a good version and another one, and what is found out about it. */
import { type Diagnosis, diagnose } from '../../src/kubernetes/diagnose/diagnose.ts';
import type { KubernetesOptions } from '../../sandbox/kubernetes/server.ts';
import { at, type Site, startSite } from './site.ts';

/** An image of it. */
export const image = (tag: string): string => `registry.example.com/shop/app:${tag}`;
const target = at('Deployment', 'app');

/** A Deployment that ran v1 for a day, and another version for six minutes. */
export const site = (tag: string, more: KubernetesOptions = {}): Promise<Site> =>
  startSite({
    seed: {
      workloads: [
        {
          ...{ kind: 'Deployment', name: 'app' },
          history: [
            { image: image('v1'), ago: 86_400_000, env: { CACHE: 'on', PLAIN: 'a' } },
            { image: image(tag), ago: 360_000, env: { CACHE: 'off', DB_URL: 'postgres://shop:hunter2hunter2@db' } },
          ],
        },
      ],
      objects: [],
    },
    ...more,
  });

/** Diagnoses it. */
export const look = (here: Site, more = {}): Promise<Diagnosis> =>
  diagnose(here.cluster, target, { now: here.now(), ...more });
/** The lines of a section; none when there is no such section. */
export const linesOf = ({ sections }: Diagnosis, title: string): readonly string[] =>
  sections.find((section) => section.title === title)?.lines ?? [];
