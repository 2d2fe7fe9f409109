/** The store embedded in this process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeSuite } from './suite.ts';

storeSuite('PGlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-store-'));
  return { place: { kind: 'pglite', folder }, remove: () => rm(folder, { recursive: true }) };
});
