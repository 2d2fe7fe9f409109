/** Ways to a cluster for tests: a kubeconfig, an API server that answers as it is told, and the error of a request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Cluster, type ClusterOptions, openClusters } from '../../src/kubernetes/cluster.ts';
import { KubeError } from '../../src/kubernetes/kube-error.ts';

/** What a kubeconfig says. */
export interface Config {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string;
}

/** A kubeconfig; JSON is YAML, too. */
export const config = ({
  cluster,
  context = 'here',
  server = 'https://127.0.0.1:1',
  user = { token: 'hush-hush' },
}: Config): string =>
  JSON.stringify({
    'current-context': context,
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
  });

/** An API server that answers as it is told, and a cluster that leads there. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: ClusterOptions = {},
): Promise<AsyncDisposable & { readonly cluster: Cluster; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer(answer);
  server.on('connection', () => void (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const kubeconfig = config({
    server: `http://127.0.0.1:${port}/base/`,
    cluster: { 'insecure-skip-tls-verify': true },
  });
  const clusters = openClusters({ eu: { kubeconfig, context: null } }, options);
  return {
    cluster: clusters.get('eu'),
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await clusters[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The error of a request, which must fail. */
export async function troubleOf(asking: Promise<unknown>): Promise<KubeError> {
  const error = await asking.catch((thrown: unknown) => thrown);
  if (!(error instanceof KubeError)) throw new Error(`it is no KubeError: ${String(error)}`);
  return error;
}
