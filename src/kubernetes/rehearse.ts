/** A server-side dry run: the very write that would be sent, through validation and admission, and nothing is kept. */
import type { Cluster, Written } from './cluster.ts';
import type { JsonObject } from './json.ts';
import { KubeError } from './kube-error.ts';
import { signature } from './marker.ts';
import { bodyOf, patched } from './patching.ts';
import type { Write } from './recipe.ts';

/** What would come of a write. */
export interface Rehearsal {
  /** The object as it would be; a removal leaves it as it is. */
  readonly object: JsonObject;
  readonly notes: readonly string[];
}

/** Sends a write, or only tries it. */
export const send = (cluster: Cluster, write: Write, dry: boolean): Promise<Written> =>
  'patch' in write
    ? cluster.patch(write.path, bodyOf(write.patch), write.patch.type, {
        ...signature,
        dryRun: dry ? 'All' : undefined,
      })
    : // The server reads no parameters when there is a body: a dry run that only the parameters ask for would be real.
      cluster.remove(write.path, dry ? { ...write.remove, dryRun: ['All'] } : write.remove, {
        dryRun: dry ? 'All' : undefined,
      });

/** Tries a write. Throws what the cluster has against it; a webhook that can't judge a dry run has nothing against it. */
export async function rehearse(cluster: Cluster, write: Write, subject: JsonObject): Promise<Rehearsal> {
  try {
    const { object, warnings } = await send(cluster, write, true);
    return {
      object: 'patch' in write ? object : subject,
      notes: warnings.map((warning) => `The cluster warns: ${warning}`),
    };
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== 'no-dry-run') throw error;
    const note = 'A webhook of the cluster can not judge a dry run: it is not known whether it would let this in';
    return { object: 'patch' in write ? patched(subject, write.patch) : subject, notes: [note] };
  }
}
