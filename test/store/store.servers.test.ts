/** The store on a real PostgreSQL. */
import { postgres } from '../servers/postgres.ts';
import { storeSuite } from './suite.ts';

storeSuite('PostgreSQL', async () => {
  const { url, drop } = await postgres.createDatabase();
  return { place: { kind: 'postgres', url }, remove: drop };
});
