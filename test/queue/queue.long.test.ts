/** The queue with nothing but this process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueSuite } from './suite.ts';

queueSuite('PGlite alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-queue-'));
  return {
    place: { kind: 'pglite', folder },
    bell: { kind: 'embedded' },
    remove: () => rm(folder, { recursive: true }),
  };
});
