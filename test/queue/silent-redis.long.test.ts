/** A Redis that takes connections and says nothing more: what is stopped must still end. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { openBell } from '../../src/queue/bell.ts';
import { openDatabase } from '../../src/store/database.ts';
import { temporaryFolder } from '../servers/child.ts';

it('the bell is stopped within seconds although Redis never answered', async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = silent.address() as AddressInfo;
  const redis = { tls: false, username: null, password: null, topology: 'single', db: 0 } as const;
  await using database = await openDatabase({ kind: 'pglite', folder: await temporaryFolder('silent') });
  const place = { kind: 'redis', redis: { ...redis, node: { host: '127.0.0.1', port } } } as const;
  const bell = await openBell(place, database, () => undefined);
  bell.answer('clock', 1, async () => undefined);
  await bell.ring([{ room: 'clock', lane: 'clock:1', priority: 1, due: 0 }]);
  const began = performance.now();
  await bell[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(8_000);
  for (const socket of sockets) socket.destroy();
  silent.close();
});
