/** From a kubeconfig, or the pod's own account, to what each request needs: an address, headers, TLS. Nothing else is kept. */
import type { RequestOptions } from 'node:https';
import { isAbsolute } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';
import { line } from './words.ts';

/** Where a cluster is and who we are there. */
export type ClusterSettings =
  | {
      /** Its text, or how to read it: a file that changed is read again when the cluster does not know us any more. */
      readonly kubeconfig: string | (() => string | Promise<string>);
      /** Null for its current context. */
      readonly context: string | null;
      /** Whether its user may be found by starting a program. Not unless this says so. */
      readonly exec?: boolean;
    }
  | { readonly inCluster: true };

/** TLS as Node wants it. */
export type TlsOptions = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** What one request needs. */
export interface Pass {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** How to get into a cluster. */
export interface Access {
  /** Without a slash at its end. */
  readonly server: string;
  /** An HTTP proxy on the way; null for none. */
  readonly proxy: string | null;
  /** What the next request needs; tokens that ran out are renewed here. */
  readonly pass: () => Promise<Pass>;
}

/** Reads the settings of a cluster. Throws a KubeError of kind `settings`. */
export async function openAccess(name: string, settings: ClusterSettings): Promise<Access> {
  // A second and 80 MB that only the process with clusters has to spend.
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  try {
    if ('inCluster' in settings) loadInCluster(config);
    else await loadText(config, settings);
  } catch (error) {
    const why = error instanceof Error ? line(error.message, 200) : 'it is not YAML';
    throw unfit(name, `can't be read: ${why}`);
  }
  const wrong = faultOf(config, 'exec' in settings && settings.exec);
  if (wrong !== null) throw unfit(name, wrong);
  narrow(config);
  const { server, proxyUrl } = config.clusters[0] ?? { server: '' };
  return { server, proxy: proxyUrl ?? null, pass: () => passOf(name, config) };
}

const unfit = (name: string, why: string): KubeError =>
  new KubeError('settings', `The kubeconfig of cluster ${name} ${why}`, { code: 0, reason: 'Kubeconfig' });

function loadInCluster(config: KubeConfig): void {
  if ((process.env['KUBERNETES_SERVICE_HOST'] ?? '') === '') throw new Error('Vigie does not run in a cluster');
  config.loadFromCluster();
}

async function loadText(
  config: KubeConfig,
  { kubeconfig, context }: Extract<ClusterSettings, { kubeconfig: unknown }>,
): Promise<void> {
  let read = kubeconfig;
  if (typeof read !== 'string') read = await read();
  try {
    config.loadFromString(read);
  } catch {
    // The library's sentences quote the file, secrets and all.
    throw new Error('it is not a kubeconfig in YAML');
  }
  if (context !== null) config.setCurrentContext(context);
}

/** What is wrong with it, as the rest of a sentence. The library itself takes almost anything. */
function faultOf(config: KubeConfig, exec: boolean): string | null {
  const context = config.getContextObject(config.getCurrentContext());
  if (context === null) {
    const names = config.getContexts().map(({ name }) => name);
    // The library's type does not know that a file may lack it.
    const wanted: string | undefined = config.getCurrentContext();
    return `has no context "${line(wanted ?? '', 60)}": it has ${line(names.join(', '), 200) || 'none'}`;
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) return `has no cluster "${line(context.cluster, 60)}"`;
  const address = URL.parse(cluster.server);
  if (address === null || !/^https?:$/.test(address.protocol)) return 'names a server that is not an http(s) address';
  if (address.protocol === 'http:' && !cluster.skipTLSVerify) {
    return 'names a server without TLS: use https, or set insecure-skip-tls-verify if this is meant';
  }
  if (cluster.proxyUrl?.startsWith('socks') === true) return 'names a SOCKS proxy: only HTTP proxies are supported';
  const user = config.getCurrentUser();
  if (user === null) return `has no user "${line(context.user, 60)}"`;
  const provider: unknown = user.authProvider;
  const plugin = typeof provider === 'object' && provider !== null && 'name' in provider ? provider.name : null;
  if (!exec && (Boolean(user.exec) || (plugin !== null && plugin !== 'oidc' && plugin !== 'tokenFile'))) {
    return 'finds its user by starting a program: use a token, or allow it in the configuration with `exec: true`';
  }
  const files = [cluster.caFile, user.certFile, user.keyFile].filter((file) => Boolean(file));
  const relative = files.find((file) => file !== undefined && !isAbsolute(file));
  return relative === undefined
    ? null
    : `names the file "${line(relative, 100)}": write absolute paths, or put the data in`;
}

/** One cluster, one user, and no changing them: a change of context would send one's credentials to the other. */
function narrow(config: KubeConfig): void {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) return;
  config.loadFromClusterAndUser(Object.freeze(cluster), Object.freeze(user));
  for (const part of [config.clusters, config.users, config.contexts, ...config.contexts]) Object.freeze(part);
  Object.freeze(config);
}

async function passOf(name: string, config: KubeConfig): Promise<Pass> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const why = error instanceof Error ? line(error.message, 200) : 'no reason was given';
    throw new KubeError('credentials', `Credentials for cluster ${name} could not be had: ${why}`, {
      code: 0,
      reason: 'Kubeconfig',
    });
  }
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined),
  );
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[header] = value.trim();
  }
  if (typeof options.auth === 'string') {
    headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return { headers, tls };
}
