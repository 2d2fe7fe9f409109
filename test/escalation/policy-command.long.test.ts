/** `vigie policy try`, as it is typed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secrets } from '../config/written.ts';

const root = join(import.meta.dirname, '../..');

/** What `vigie --config vigie.example.yaml policy try …` prints, and how it ends. */
function vigie(...args: readonly string[]) {
  const command = [join(root, 'src/main.ts'), '--config', 'vigie.example.yaml', 'policy', 'try', ...args];
  const env = { ...process.env, ...secrets, VIGIE_RUNBOOKS: 'runbooks' };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

it('prints who would be called when, for a recorded body', async () => {
  const file = 'test/fixtures/alertmanager/single-firing.json';
  const { status, stdout, stderr } = vigie(file, '--at', '2026-11-21T01:19Z');
  expect([status, stderr]).toEqual([0, '']);
  await expect(stdout).toMatchFileSnapshot('golden/critical.txt');
});

it('says what is wrong with a file that holds no body', () => {
  const { status, stderr } = vigie('package.json');
  expect(status).toBe(1);
  expect(stderr).toBe(
    'vigie: reading package.json: it is neither a webhook body of Alertmanager nor a capture of some\n',
  );
});
