/** Three kills of the one process with everything embedded. It needs no server, but it is too long for the plain tests. */
import { test } from 'vitest';
import { expectPromisesKept, limit } from './sample.ts';

test('one process with everything embedded keeps every promise while it is killed', { timeout: limit }, ({ signal }) =>
  expectPromisesKept('pglite', signal),
);
