/** The production size for a scenario: a fresh PostgreSQL database and a fresh logical Redis. */
import { postgres } from '../servers/postgres.ts';
import { redis } from '../servers/redis.ts';

/** The environment that points a Vigie at them, and what removes them. */
export async function productionSize(): Promise<AsyncDisposable & { readonly env: Readonly<Record<string, string>> }> {
  const [database, bell] = await Promise.all([postgres.createDatabase(), redis.createDatabase()]);
  return {
    env: { DATABASE_URL: database.url, REDIS_URL: bell.url },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([database.drop(), bell.drop()]);
    },
  };
}
