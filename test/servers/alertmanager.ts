/** A real, private Alertmanager for one test. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireProgram } from './availability.ts';
import { freePort, type Server, startServer, temporaryFolder } from './child.ts';

/** An Alertmanager of one's own. */
export interface AlertmanagerServer extends Server {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
}

/** What a test may choose. */
export interface AlertmanagerOptions {
  /** The text of `alertmanager.yml`. */
  readonly config: string;
  /** A free one, unless somebody must know it before. */
  readonly port?: number;
}

/** Starts an Alertmanager (about 100 ms) with this configuration and no cluster. */
export async function startAlertmanager({ config, port: wanted }: AlertmanagerOptions): Promise<AlertmanagerServer> {
  const folder = await temporaryFolder('alertmanager');
  const configFile = join(folder, 'alertmanager.yml');
  await writeFile(configFile, config);
  const port = wanted ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    title: 'Alertmanager',
    command: [
      requireProgram('prometheus-alertmanager', 'alertmanager'),
      `--config.file=${configFile}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    folder,
    stopSignal: 'SIGTERM',
    ask: () => ready(url),
  });
  return { url, ...server };
}

async function ready(url: string): Promise<void> {
  const answer = await fetch(`${url}/-/ready`);
  if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status} when asked whether it is ready`);
}
