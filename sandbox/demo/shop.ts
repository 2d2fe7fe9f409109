/** The demo's shop: a service with a health endpoint, which is broken until somebody goes back to the last version. */
import { createServer } from 'node:http';

/** The shop. Disposing of it closes it. */
export interface Shop extends AsyncDisposable {
  /** Where it says how it is. */
  readonly healthUrl: string;
  /** Breaks it, or mends it. */
  become(well: boolean): void;
}

/** Opens a broken shop on any free port of this machine. */
export async function openShop(): Promise<Shop> {
  let well = false;
  const server = createServer((_request, response) => {
    response.writeHead(well ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(well ? 'ok\n' : 'the payment provider does not answer (checkout 1.8.0)\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    healthUrl: `http://127.0.0.1:${port}/health`,
    become: (now) => {
      well = now;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
