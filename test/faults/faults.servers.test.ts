/** Three kills of two bots on PostgreSQL and Redis, while both servers and Slack go wrong as well. */
import { test } from 'vitest';
import { expectPromisesKept, limit } from './sample.ts';

test('two bots keep every promise while they, PostgreSQL, Redis and Slack fail', { timeout: limit }, ({ signal }) =>
  expectPromisesKept('postgres', signal),
);
