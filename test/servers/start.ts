/** Starts the servers that all test files share, once a run, before the first file that needs one. */
import { missingServers } from '../../scripts/programs.mjs';
import { sharedVariable } from './availability.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

/** What vitest calls around the run; it starts what is installed, and the returned function stops it. */
export async function setup(): Promise<() => Promise<void>> {
  const missing = new Set(missingServers().map((server) => server.name));
  await using running = new AsyncDisposableStack();
  if (!missing.has('postgres')) {
    const postgres = running.adopt(await startPostgres(), (server) => server.stop());
    process.env[sharedVariable('postgres')] = postgres.url;
  }
  if (!missing.has('redis')) {
    const redis = running.adopt(await startRedis(), (server) => server.stop());
    process.env[sharedVariable('redis')] = redis.url;
  }
  const stop = running.move();
  return () => stop.disposeAsync();
}
