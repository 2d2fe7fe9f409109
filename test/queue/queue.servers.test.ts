/** The queue on real servers: with Redis, and with PostgreSQL alone. */
import { postgres } from '../servers/postgres.ts';
import { redis } from '../servers/redis.ts';
import { queueSuite } from './suite.ts';

queueSuite('PostgreSQL and Redis', async () => {
  const [database, bell] = await Promise.all([postgres.createDatabase(), redis.createDatabase()]);
  const { hostname, port, pathname } = new URL(bell.url);
  return {
    place: { kind: 'postgres', url: database.url },
    bell: {
      kind: 'redis',
      redis: {
        topology: 'single',
        node: { host: hostname, port: Number(port) },
        db: Number(pathname.slice(1)),
        tls: false,
        username: null,
        password: null,
      },
    },
    forget: () => bell.drop(),
    remove: async () => {
      await database.drop();
      await bell.drop();
    },
  };
});
queueSuite('PostgreSQL alone', async () => {
  const { url, drop } = await postgres.createDatabase();
  return { place: { kind: 'postgres', url }, bell: { kind: 'embedded' }, remove: drop };
});
