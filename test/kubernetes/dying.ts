/** A cluster whose client dies, or loses the answer, at its n-th call; a write that it sent may arrive much later. */
import type { Cluster, Clusters } from '../../src/kubernetes/cluster.ts';
import { KubeError } from '../../src/kubernetes/kube-error.ts';

/** What happens at the fatal call: it is not sent, its answer is lost, or it arrives only before a later call. */
export type Fate = 'unsent' | 'unheard' | { readonly lateBy: number };

/** How the one who calls learns of it: not at all, because it is dead; or that the connection broke. */
export type Learns = 'dies' | 'breaks';

/** Not a fault that anybody may catch. */
export class Death extends Error {
  override readonly name = 'Death';
}

/** What is to happen. */
export interface Doom {
  /** 0 for the first call. */
  readonly call: number;
  readonly fate: Fate;
  readonly learns: Learns;
}

/** Clusters under a doom. Calls are counted over all that use them, so that a second life goes on counting. */
export interface Doomed extends Pick<Clusters, 'get'> {
  /** Whether they were writes, in order. */
  readonly calls: () => readonly boolean[];
  /** Delivers what is still on its way. */
  readonly settle: () => Promise<void>;
}

/** Puts clusters under a doom. `between` is called before every call: others write, too. */
export function doomed(
  clusters: Pick<Clusters, 'get'>,
  doom: Doom | null,
  between: () => void = () => undefined,
): Doomed {
  const calls: boolean[] = [];
  let late: { readonly at: number; readonly send: () => Promise<unknown> } | null = null;

  const deliver = async (): Promise<void> => {
    const sent = late;
    late = null;
    await sent?.send().catch(() => undefined);
  };

  const at = async <T>(send: () => Promise<T>, isWrite: boolean): Promise<T> => {
    const call = calls.push(isWrite) - 1;
    between();
    if (late !== null && call >= late.at) await deliver();
    if (doom === null || call !== doom.call) return send();
    if (doom.fate === 'unheard') await send().catch(() => undefined);
    else if (doom.fate !== 'unsent' && isWrite) late = { at: call + doom.fate.lateBy, send };
    if (doom.learns === 'dies') throw new Death('the process is gone');
    const kind = isWrite ? 'ambiguous' : 'network';
    throw new KubeError(kind, 'the connection broke', { code: 0, reason: 'ECONNRESET' });
  };

  const around = (cluster: Cluster): Cluster => ({
    name: cluster.name,
    get: (...asked) => at(() => cluster.get(...asked), false),
    text: (...asked) => at(() => cluster.text(...asked), false),
    patch: (...asked) => at(() => cluster.patch(...asked), true),
    post: (...asked) => at(() => cluster.post(...asked), true),
    remove: (...asked) => at(() => cluster.remove(...asked), true),
    until: (signal) => around(cluster.until(signal)),
  });

  return { get: (name) => around(clusters.get(name)), calls: () => calls, settle: deliver };
}
