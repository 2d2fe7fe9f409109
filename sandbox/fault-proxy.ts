/** A TCP proxy that can go wrong: it stands between a program and a server, lets everything through, falls silent, or cuts. */

import { connect, createServer, type Socket } from 'node:net';

import { listen } from './listen.ts';

/** A running proxy. Disposing of it cuts everything. */
export type FaultProxy = AsyncDisposable & {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Falls silent: connections stay open, new ones are taken, and nothing goes through, as behind a broken switch. */
  readonly hang: () => void;
  /** Lets everything through again, also what came in meanwhile. */
  readonly flow: () => void;
  /** Resets all connections; new ones are taken. */
  readonly cut: () => void;
};

/** Starts a proxy in front of a port of 127.0.0.1. */
export async function startFaultProxy(upstreamPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let silent = false;

  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    if (silent) from.pause();
    from.on('data', (bytes) => {
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => {
        if (!silent) from.resume();
      });
    });
    from.on('end', () => to.end());
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroySoon();
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true });
    forward(client, upstream);
    forward(upstream, client);
  });
  const port = await listen(server, 0, '127.0.0.1');

  const each = (act: (socket: Socket) => void): void => {
    for (const socket of sockets) act(socket);
  };
  return {
    port,
    hang: () => {
      silent = true;
      each((socket) => socket.pause());
    },
    flow: () => {
      silent = false;
      each((socket) => socket.resume());
    },
    cut: () => each((socket) => socket.resetAndDestroy()),
    [Symbol.asyncDispose]: async () => {
      each((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
