/** The listeners: how they stop. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { close, listener } from '../../src/http.ts';

it('a listener stops although somebody connected and never asked for anything', async () => {
  const server = listener();
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const silent = connect(Number(new URL(url).port), '127.0.0.1');
  await once(silent, 'connect');
  const began = performance.now();
  await close(server);
  expect(performance.now() - began).toBeLessThan(8_000);
  silent.destroy();
});

it('what was asked before it stops is answered', async () => {
  const server = listener();
  server.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 300, 'at last')));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const asked = fetch(`${url}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await close(server);
  expect(await (await asked).text()).toBe('at last');
});
