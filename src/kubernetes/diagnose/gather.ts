/** Gathers what a diagnosis needs: seven questions at once, each of which may fail by itself, and not longer than 3 seconds. */
import type { Target } from '../../action/action.ts';
import type { Duration } from '../../incident/incident.ts';
import type { Cluster, Query } from '../cluster.ts';
import { type JsonObject, object, text } from '../json.ts';
import { KubeError } from '../kube-error.ts';
import { collection, pluralOf, single, workloadPath } from '../names.ts';
import { printSelector } from '../revisions.ts';
import { shown } from './plain.ts';

/** What came of a question. */
export type Answer<T> =
  | { readonly is: 'answered'; readonly value: T }
  /** `why` says it, with the missing rule or the trouble. */
  | { readonly is: 'missing' | 'forbidden' | 'unanswered'; readonly why: string };

/** What was gathered about a workload. */
export interface Gathered {
  readonly pods: Answer<JsonObject>;
  readonly revisions: Answer<JsonObject>;
  /** Warnings about pods of the namespace, and those about the workload itself. */
  readonly podEvents: Answer<JsonObject>;
  readonly ownEvents: Answer<JsonObject>;
  readonly autoscalers: Answer<JsonObject>;
  readonly budgets: Answer<JsonObject>;
  readonly quotas: Answer<JsonObject>;
}

/** A time within which questions may be asked. */
export interface Inquiry extends Disposable {
  ask<T>(about: Grant, question: (cluster: Cluster) => Promise<T>): Promise<Answer<T>>;
}

/** What must be granted for a question. */
export interface Grant {
  /** `apps`; empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verb: 'get' | 'list';
  readonly namespace: string;
}

/** Pods, revisions and events of more than so many are not looked at. */
const most = 200;

/** Opens an inquiry that ends after `time`, or when the signal aborts; what is still asked then has no answer. */
export function openInquiry(cluster: Cluster, time: Duration, outer: AbortSignal): Inquiry {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), time);
  const signal = AbortSignal.any([outer, over.signal]);
  const timely = cluster.until(signal);
  return {
    ask: async (about, question) => {
      try {
        return { is: 'answered', value: await before(signal, question(timely)) };
      } catch (error) {
        if (over.signal.aborted) return { is: 'unanswered', why: `No answer within ${time / 1000} seconds` };
        return troubleOf(error, about);
      }
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** What a promise gives, unless the signal aborts before. */
function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('it was stopped', { cause: signal.reason }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function troubleOf(error: unknown, { group, namespace, resource, verb }: Grant): Answer<never> {
  if (!(error instanceof KubeError)) throw error;
  switch (error.kind) {
    case 'forbidden': {
      const rule = `{apiGroups: [${group === '' ? '""' : group}], resources: [${resource}], verbs: [${verb}]}`;
      return {
        is: 'forbidden',
        why: `No permission. Add this rule to Vigie's Role in namespace ${namespace}: ${rule}`,
      };
    }
    case 'missing':
      return { is: error.reason === 'NotFound' ? 'missing' : 'unanswered', why: shown(error.message, 300) };
    default:
      return { is: 'unanswered', why: shown(error.message, 300) };
  }
}

/** Asks for the workload. */
export const askWorkload = (inquiry: Inquiry, target: Target): Promise<Answer<JsonObject>> =>
  inquiry.ask({ group: 'apps', resource: pluralOf(target.kind), verb: 'get', namespace: target.namespace }, (cluster) =>
    cluster.get(workloadPath(target)),
  );

/** Asks for everything around the workload. */
export async function gather(inquiry: Inquiry, target: Target, workload: JsonObject): Promise<Gathered> {
  const { kind, namespace } = target;
  const labelSelector = printSelector(object(workload, 'spec', 'selector'));
  const list = (group: string, version: string, resource: string, query: Query = {}): Promise<Answer<JsonObject>> =>
    inquiry.ask({ group, resource, verb: 'list', namespace }, (cluster) =>
      cluster.get(collection(group === '' ? version : `${group}/${version}`, namespace, resource), {
        limit: most,
        ...query,
      }),
    );
  const uid = text(workload, 'metadata', 'uid');
  const [pods, revisions, podEvents, ownEvents, autoscalers, budgets, quotas] = await Promise.all([
    list('', 'v1', 'pods', { labelSelector }),
    list('apps', 'v1', kind === 'Deployment' ? 'replicasets' : 'controllerrevisions', { labelSelector }),
    list('', 'v1', 'events', { fieldSelector: 'type=Warning,involvedObject.kind=Pod' }),
    list('', 'v1', 'events', { fieldSelector: `type=Warning,involvedObject.uid=${uid}` }),
    list('autoscaling', 'v2', 'horizontalpodautoscalers'),
    list('policy', 'v1', 'poddisruptionbudgets'),
    list('', 'v1', 'resourcequotas'),
  ]);
  return { pods, revisions, podEvents, ownEvents, autoscalers, budgets, quotas };
}

/** Asks for the last lines of a container's log; with `previous`, of the one that ended before it was started again. */
export const askLog = (
  inquiry: Inquiry,
  namespace: string,
  pod: string,
  container: string,
  previous: boolean,
): Promise<Answer<string>> =>
  inquiry.ask({ group: '', resource: 'pods/log', verb: 'get', namespace }, (cluster) =>
    cluster.text(`${single('v1', namespace, 'pods', pod)}/log`, {
      ...{ container, tailLines: 25, limitBytes: 8_192 },
      previous: previous ? true : undefined,
    }),
  );
