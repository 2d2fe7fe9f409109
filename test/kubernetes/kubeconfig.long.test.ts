/** Kubeconfigs: what is taken, and what is refused in words. */
import { describe, expect, it } from 'vitest';
import { startKubernetesSandbox } from '../../sandbox/kubernetes/server.ts';
import { openClusters } from '../../src/kubernetes/cluster.ts';
import type { ClusterSettings } from '../../src/kubernetes/kubeconfig.ts';
import { type Config, config, troubleOf } from './reaching.ts';

const refusalOf = async (settings: ClusterSettings): Promise<string> => {
  await using clusters = openClusters({ eu: settings });
  const { kind, message } = await troubleOf(clusters.get('eu').get('/version'));
  return `${kind}: ${message}`;
};

describe('a kubeconfig', () => {
  const wrong: readonly (readonly [string, Config, string])[] = [
    ['another context', { context: 'there' }, 'has no context "there": it has here'],
    ['no server', { server: 'nowhere' }, 'names a server that is not an http(s) address'],
    [
      'no TLS',
      { server: 'http://10.0.0.1' },
      'names a server without TLS: use https, or set insecure-skip-tls-verify if this is meant',
    ],
    [
      'a program',
      { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['hush-hush'] } } },
      'finds its user by starting a program: use a token, or allow it in the configuration with `exec: true`',
    ],
    ['a cloud plugin', { user: { 'auth-provider': { name: 'gcp' } } }, 'finds its user by starting a program'],
    [
      'a relative file',
      { cluster: { 'certificate-authority': 'ca.crt' } },
      'names the file "ca.crt": write absolute paths',
    ],
    [
      'a SOCKS proxy',
      { cluster: { 'proxy-url': 'socks5://10.0.0.1' } },
      'names a SOCKS proxy: only HTTP proxies are supported',
    ],
  ];

  it.each(wrong)('with %s is refused in words', async (_name, given, says) => {
    const message = await refusalOf({ kubeconfig: config(given), context: null });
    expect(message).toContain(`settings: The kubeconfig of cluster eu ${says}`);
    expect(message).not.toContain('hush-hush');
  });

  it('that is none is refused without quoting it', async () => {
    expect(await refusalOf({ kubeconfig: 'token: [hush-hush', context: null })).toBe(
      "settings: The kubeconfig of cluster eu can't be read: it is not a kubeconfig in YAML",
    );
    expect(await refusalOf({ kubeconfig: '', context: null })).toContain('settings: ');
  });

  it('can be chosen a context of, and the other one is never used', async () => {
    await using sandbox = await startKubernetesSandbox();
    const kubeconfig = JSON.stringify({
      'current-context': 'other',
      contexts: ['bot', 'other'].map((name) => ({ name, context: { cluster: 'c', user: name } })),
      clusters: [{ name: 'c', cluster: { server: sandbox.url, 'insecure-skip-tls-verify': true } }],
      users: [
        { name: 'bot', user: { token: 'bot-token' } },
        { name: 'other', user: { token: 'expired-token' } },
      ],
    });
    await using clusters = openClusters({ a: { kubeconfig, context: 'bot' }, b: { kubeconfig, context: null } });
    const path = '/apis/apps/v1/namespaces/shop/deployments/checkout';
    const [good, bad] = await Promise.allSettled([clusters.get('a').get(path), clusters.get('b').get(path)]);
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
    expect(clusters.names).toEqual(['a', 'b']);
  });

  it('with a certificate authority is believed, without one it is not', async () => {
    await using sandbox = await startKubernetesSandbox({ https: true });
    const kubeconfig = sandbox.kubeconfig('bot-token');
    await using clusters = openClusters({
      good: { kubeconfig, context: null },
      bad: {
        kubeconfig: kubeconfig.replace(/certificate-authority-data: .*/, 'tls-server-name: localhost'),
        context: null,
      },
    });
    const path = '/apis/apps/v1/namespaces/shop/deployments/checkout';
    expect(await clusters.get('good').get(path)).toMatchObject({ kind: 'Deployment' });
    const { kind, message } = await troubleOf(clusters.get('bad').get(path));
    expect(`${kind}: ${message}`).toMatch(
      /^network: Cluster bad \(127.0.0.1:\d+\) has a certificate that is not trusted/,
    );
  });
});
