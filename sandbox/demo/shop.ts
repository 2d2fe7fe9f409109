/** The demo's shop: a service with a health endpoint, which is as well as the version that its cluster runs. */
import { createServer } from 'node:http';
import type { KubernetesSandbox } from '../kubernetes/server.ts';

/** The shop. Disposing of it closes it. */
export interface Shop extends AsyncDisposable {
  /** Where it says how it is. */
  readonly healthUrl: string;
  /** Whether its cluster runs the version that worked. */
  isWell(): boolean;
}

/** Opens the shop on any free port of this machine. */
export async function openShop(cluster: KubernetesSandbox): Promise<Shop> {
  const isWell = (): boolean => {
    const template = JSON.stringify(cluster.get('Deployment', 'shop', 'checkout').spec);
    return !template.includes(':crash-');
  };
  const server = createServer((_request, response) => {
    response.writeHead(isWell() ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(isWell() ? 'ok\n' : 'the payment provider does not answer (checkout crash-v3)\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    healthUrl: `http://127.0.0.1:${port}/health`,
    isWell,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
