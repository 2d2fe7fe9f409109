/**
 * The images of the suite, by what becomes of a pod that has them. The simulator, and simulated nodes that follow the same
 * convention, read it from the tag. A real node has to be given images that really behave so.
 */

/** Three versions that run, one that ends at once, and one that nobody can pull. */
export type ImageName = 'v1' | 'v2' | 'v3' | 'crash' | 'missing';

/** The tags of the convention. */
const tags: Readonly<Record<ImageName, string>> = {
  ...{ v1: 'v1', v2: 'v2', v3: 'v3' },
  ...{ crash: 'crash-v4', missing: 'pullfail-v4' },
};

/** Small public images for real nodes. */
const real: Readonly<Record<ImageName, string>> = {
  v1: 'registry.k8s.io/pause:3.8',
  v2: 'registry.k8s.io/pause:3.9',
  v3: 'registry.k8s.io/pause:3.10',
  // Its shell has nothing to read and ends.
  crash: 'registry.k8s.io/e2e-test-images/busybox:1.29-4',
  missing: 'registry.k8s.io/vigie-has-no-such-image:v4',
};

/** How images are named. */
export type Images = (name: ImageName) => string;

/** By the convention: `<repository>:v1`, `<repository>:crash-v4`. */
export const conventional =
  (repository: string): Images =>
  (name) =>
    `${repository}:${tags[name]}`;

/** As the environment says, for a cluster that is not the simulator. */
export function imagesOf(env: NodeJS.ProcessEnv): Images {
  const repository = env['VIGIE_CONTRACT_REPOSITORY'] ?? '';
  if (repository !== '') return conventional(repository);
  return (name) => env[`VIGIE_CONTRACT_IMAGE_${name.toUpperCase()}`] ?? real[name];
}
