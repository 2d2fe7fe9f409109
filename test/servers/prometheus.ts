/** A real, private Prometheus for one test. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireProgram } from './availability.ts';
import { freePort, type Server, startServer, temporaryFolder } from './child.ts';

/** A Prometheus of one's own. */
export interface PrometheusServer extends Server {
  /** `http://127.0.0.1:<port>` and the prefix, without a slash at the end. */
  readonly url: string;
}

/** What a test may choose. */
export interface PrometheusOptions {
  /** The text of `prometheus.yml`. */
  readonly config: string;
  /** The path below which everything is served, `/prometheus`; the root without it. */
  readonly prefix?: string;
}

/** Starts a Prometheus (about 200 ms) with this configuration and no data. */
export async function startPrometheus({ config, prefix = '' }: PrometheusOptions): Promise<PrometheusServer> {
  const folder = await temporaryFolder('prometheus');
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${prefix}`;
  const server = await startServer({
    title: 'Prometheus',
    command: [
      requireProgram('prometheus'),
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.route-prefix=${prefix === '' ? '/' : prefix}`,
    ],
    folder,
    stopSignal: 'SIGTERM',
    ask: () => ready(url),
  });
  return { url, ...server };
}

async function ready(url: string): Promise<void> {
  const answer = await fetch(`${url}/-/ready`);
  if (!answer.ok) throw new Error(`Prometheus answered ${answer.status} when asked whether it is ready`);
}
