/** Configurations written to a file for one test, and the environment that they name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { checkConfig, ConfigFaults, loadConfig } from '../../src/config/config.ts';
import { printFault } from '../../src/config/fault.ts';

/** Values that must never be seen in any message or log. */
export const secrets: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: 'xoxb-revealed-bot',
  SLACK_SIGNING_SECRET: 'revealed-signing',
  SLACK_APP_TOKEN: 'xapp-revealed-app',
  AM_TOKEN: 'revealed-bearer',
  AM_TOKEN_OLD: 'revealed-old-bearer',
  AM_PASSWORD: 'revealed-password',
  PD_KEY: 'revealed-default-key',
  PD_KEY_SHOP: 'revealed-shop-key',
  PD_KEY_2: 'revealed-second-key',
  PD_TOKEN: 'revealed-api-token',
  PD_HOOK: 'revealed-hook',
  PD_HOOK_OLD: 'revealed-old-hook',
  HEARTBEAT_URL: 'https://monitor.example/revealed-beat',
  SECOND_PAGER: 'https://pager.example/revealed-path',
  // A folder without runbooks: those of the project would be read for every configuration.
  VIGIE_RUNBOOKS: import.meta.dirname,
};

/** Three lines that are all a file needs; what a test adds begins on line 4. */
export const minimal = `version: 1
slack: {announce: C0INCIDENTS}
sources: {main: {auth: {bearer: [env:AM_TOKEN]}}}
`;

/** Calls `use` with the path of a file of this content, which is gone afterwards. */
export function withFile<T>(content: string | Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-config-'));
  const path = join(folder, 'vigie.yaml');
  writeFileSync(path, content);
  try {
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The faults of a file of this content as they are printed, the folder left out. */
export function faultsOf(content: string | Uint8Array, env: NodeJS.ProcessEnv = secrets): readonly string[] {
  return withFile(content, (path) =>
    checkConfig({ env, path }).map((fault) => printFault(fault).replace(path, 'vigie.yaml')),
  );
}

/** The configuration of a file of this content. */
export const load = (content: string, env: NodeJS.ProcessEnv = secrets): Config =>
  withFile(content, (path) => loadConfig({ env, path }));

/** The error that a file of this content is refused with. */
export function refusalOf(content: string, env: NodeJS.ProcessEnv = secrets): ConfigFaults {
  try {
    load(content, env);
  } catch (error) {
    if (error instanceof ConfigFaults) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
